using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>
/// A way to this process's own gRPC services without a network: connections are pairs of pipes. Only code of this
/// process can open one, so that such a connection is a credential by itself.
/// </summary>
public sealed class InProcessPort : IConnectionListenerFactory, IConnectionListenerFactorySelector, IAsyncDisposable
{
    /// <summary>Address for clients of <see cref="CreateHandler"/>.</summary>
    public static readonly Uri Address = new("http://in-process");

    private readonly InProcessListener _listener = new();

    internal InProcessPort()
    {
    }

    /// <summary>The endpoint to listen on.</summary>
    internal static EndPoint EndPoint { get; } = new OwnEndPoint();

    /// <summary>Tells whether a request came from this process.</summary>
    public static bool Has(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<InProcessConnection>() is not null;
    }

    /// <summary>Makes what sends requests by HTTP/2 to this process, once it listens.</summary>
    public HttpMessageHandler CreateHandler() => new SocketsHttpHandler
    {
        UseProxy = false,
        EnableMultipleHttp2Connections = true,
        ConnectCallback = (_, _) => ValueTask.FromResult(_listener.Connect()),
    };

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is OwnEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(_listener);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private sealed class OwnEndPoint : EndPoint
    {
        public override string ToString() => Address.Host;
    }
}
