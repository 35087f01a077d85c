using System.Globalization;
using Grpc.Core;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Rest;
using Segmentation.Gateway.Telemetry;
using Yarp.ReverseProxy.Forwarder;

namespace Segmentation.Gateway.Projects;

/// <summary>
/// Answers requests to projects with what a process of the cluster answers: bodies pass in both directions as they come,
/// with cancellation, deadline and trailers.
/// </summary>
internal sealed partial class ProjectForwarder(
    IHttpForwarder forwarder,
    ProjectsChannel channel,
    GatewayMetrics metrics,
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
        var code = StatusCode.OK;
        try
        {
            await ForwardAsync(context, call);
            code = (StatusCode)(ProjectAnswer.FailureOf(context)?.Code ?? 0);
        }
        catch (RpcException exception)
        {
            code = exception.StatusCode;
            throw;
        }
        catch (OperationCanceledException)
        {
            code = StatusCode.Cancelled;
            throw;
        }
        finally
        {
            metrics.Called(call.Name, code);
        }
    }

    private static ForwarderRequestConfig ConfigOf(TimeSpan silence) => new()
    {
        ActivityTimeout = silence,
        Version = System.Net.HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        AllowResponseBuffering = false,
    };

    private async Task ForwardAsync(HttpContext context, ProjectCall call)
    {
        if (!channel.IsNamed)
        {
            throw NotServed().ToRpcException();
        }

        var isCall = ProjectAnswer.IsCall(context);
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
        var error = await forwarder.SendAsync(context, channel.Prefix, channel.Next(), config, CallerTransformer.Instance);
        if (error != ForwarderError.None)
        {
            left.ThrowIfCancellationRequested();
            NotForwarded(logger, call.Name, error, context.Features.Get<IForwarderErrorFeature>()?.Exception?.Message);
            throw ProblemOf(context, deadline.IsCancellationRequested).ToRpcException();
        }
    }

    private static RpcStatus ProblemOf(HttpContext context, bool isLate)
    {
        var exception = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        if (FindIn<RpcException>(exception) is { } refusal)
        {
            return refusal.GetRpcStatus() ?? Unavailable();
        }

        if (isLate)
        {
            return Problem.Of(StatusCode.DeadlineExceeded, "EXPIRED", "The deadline has passed.");
        }

        return FindIn<BadHttpRequestException>(exception) switch
        {
            null => Unavailable(),
            { StatusCode: StatusCodes.Status413PayloadTooLarge } large => JsonBody.TooLarge(large.Message),
            var bad => Problem.Invalid("body", ClientText.Clean(bad.Message)),
        };
    }

    /// <summary>What was wrong with the request's body, which the forwarder has wrapped.</summary>
    private static T? FindIn<T>(Exception? exception)
        where T : Exception
    {
        return exception switch
        {
            null => null,
            T found => found,
            AggregateException several => several.InnerExceptions.Select(FindIn<T>).FirstOrDefault(one => one is not null),
            _ => FindIn<T>(exception.InnerException),
        };
    }

    [LoggerMessage(1, LogLevel.Information, "{Method} was not forwarded to projects: {Error}: {Reason}")]
    private static partial void NotForwarded(ILogger logger, string method, ForwarderError error, string? reason);

    private CancellationTokenSource DeadlineOf(string timeout)
    {
        if (timeout.Length < 2 || !long.TryParse(timeout.AsSpan(..^1), CultureInfo.InvariantCulture, out var count))
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
