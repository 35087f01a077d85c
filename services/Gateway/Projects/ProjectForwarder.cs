using System.Globalization;
using Grpc.Core;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Rest;
using Yarp.ReverseProxy.Forwarder;

namespace Segmentation.Gateway.Projects;

/// <summary>
/// Answers requests to projects with what a process of the cluster answers: bodies pass in both directions as they come,
/// with cancellation, deadline and trailers.
/// </summary>
internal sealed partial class ProjectForwarder(
    IHttpForwarder forwarder,
    ProjectsChannel channel,
    TimeProvider clock,
    ILogger<ProjectForwarder> logger)
{
    private const string TimeoutHeader = "grpc-timeout";

    private static readonly ForwarderRequestConfig _answer = ConfigOf(TimeSpan.FromSeconds(100));

    // The pings of the connection tell whether the other side is there.
    private static readonly ForwarderRequestConfig _stream = ConfigOf(TimeSpan.FromDays(1));

    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(1);

    /// <summary>The answer of a server that has no projects.</summary>
    public static RpcStatus NotServed() => Problem.Of(
        StatusCode.Unimplemented,
        "PROJECTS_NOT_SERVED",
        "This server has no projects: its operator names the service in "
            + $"{ForwardedProjectsOptions.Section}:{nameof(ForwardedProjectsOptions.Address)}.");

    /// <summary>The answer while no process of the service is in reach.</summary>
    public static RpcStatus Unavailable() => Problem.TryLater(
        StatusCode.Unavailable,
        "PROJECTS_UNAVAILABLE",
        "Projects cannot be reached now; everything else of this server goes on. Try again.",
        _retryAfter);

    /// <summary>Handles a request.</summary>
    /// <exception cref="RpcException">The service did not answer, or not to the end.</exception>
    public async Task RunAsync(HttpContext context, ProjectCall call)
    {
        if (!channel.IsNamed)
        {
            throw NotServed().ToRpcException();
        }

        var isCall = GrpcRequest.Is(context.Request);
        if (isCall)
        {
            // Of the text that gRPC-Web made of the messages.
            context.Request.ContentLength = null;
        }

        var left = context.RequestAborted;
        using var deadline = DeadlineOf(isCall ? context.Request.Headers[TimeoutHeader].ToString() : "");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(left, deadline.Token);
        using var held = new HeldEnd(context, stop.Token);
        var config = call.IsStream ? _stream : _answer;
        var error = await forwarder.SendAsync(context, channel.Prefix, channel.Next(), config, CredentialRemover.Instance);
        if (error != ForwarderError.None)
        {
            left.ThrowIfCancellationRequested();
            NotForwarded(logger, call.Name, error, context.Features.Get<IForwarderErrorFeature>()?.Exception?.Message);
            throw ProblemOf(context, deadline.IsCancellationRequested).ToRpcException();
        }
    }

    private static ForwarderRequestConfig ConfigOf(TimeSpan silence) => new()
    {
        ActivityTimeout = silence,
        Version = System.Net.HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        AllowResponseBuffering = false,
    };

    private static RpcStatus ProblemOf(HttpContext context, bool isLate) =>
        MistakeIn(context.Features.Get<IForwarderErrorFeature>()?.Exception)
        ?? (isLate ? Problem.Of(StatusCode.DeadlineExceeded, "EXPIRED", "The deadline has passed.") : Unavailable());

    /// <summary>
    /// The refusal of the request's body, whose failure the forwarder has wrapped; null: the body was read well.
    /// </summary>
    private static RpcStatus? MistakeIn(Exception? exception) => exception switch
    {
        null => null,
        RpcException refusal => refusal.GetRpcStatus() ?? Unavailable(),
        AggregateException several => several.InnerExceptions.Select(MistakeIn).FirstOrDefault(one => one is not null),
        _ => BodyProblems.Of(exception, ProjectStage.Remedy) ?? MistakeIn(exception.InnerException),
    };

    [LoggerMessage(1, LogLevel.Information, "{Method} was not forwarded to projects: {Error}: {Reason}")]
    private static partial void NotForwarded(ILogger logger, string method, ForwarderError error, string? reason);

    private CancellationTokenSource DeadlineOf(string timeout)
    {
        // At most eight digits, as the protocol has it; the service passes over what is none, too.
        if (timeout.Length is < 2 or > 9
            || !long.TryParse(timeout.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return new CancellationTokenSource();
        }

        TimeSpan? left = timeout[^1] switch
        {
            'H' => TimeSpan.FromHours(Math.Min(count, 24)),
            'M' => TimeSpan.FromMinutes(Math.Min(count, 1440)),
            'S' => TimeSpan.FromSeconds(Math.Min(count, 86_400)),
            'm' => TimeSpan.FromMilliseconds(count),
            'u' => TimeSpan.FromMicroseconds(count),
            'n' => TimeSpan.FromMicroseconds(count / 1000),
            _ => null,
        };
        return left is { } time ? new CancellationTokenSource(time, clock) : new CancellationTokenSource();
    }
}
