using Grpc.Core;
using Segmentation.Gateway.Segmenting;

namespace Segmentation.Gateway.Rest;

/// <summary>An RPC's context for a call that came by REST: no deadline, and what HTTP knows of the caller.</summary>
internal sealed class RestCallContext : ServerCallContext, ILargeAnswerTaker
{
    // Where the server library looks for the request of a context that is not its own.
    private const string HttpContextKey = "__HttpContext";

    private readonly HttpContext _context;
    private readonly string _method;
    private readonly Dictionary<object, object> _state;

    /// <summary>Makes the context of a call.</summary>
    /// <param name="context">The request.</param>
    /// <param name="method">The RPC, <c>/package.Service/Method</c>.</param>
    public RestCallContext(HttpContext context, string method)
    {
        (_context, _method) = (context, method);
        _state = new() { [HttpContextKey] = context };
    }

    /// <summary>Answer that replaces the handler's message; null when there is none.</summary>
    public LargeAnswer? Large { get; private set; }

    public void Take(LargeAnswer answer) => Large = answer;

    protected override string MethodCore => _method;

    protected override string HostCore => _context.Request.Host.Value ?? "";

    protected override string PeerCore => $"{_context.Connection.RemoteIpAddress}:{_context.Connection.RemotePort}";

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override CancellationToken CancellationTokenCore => _context.RequestAborted;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override IDictionary<object, object> UserStateCore => _state;

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("A call that came by REST is not passed on.");
}
