using System.Net.WebSockets;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Lifetime;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Responses;
using Segmentation.Gateway.Streaming;
using Segmentation.Gateway.Telemetry;
using Segmentation.Gateway.Web;
using Segmentation.Protocol.V1;
using SessionOptions = Segmentation.Gateway.Streaming.SessionOptions;

namespace Segmentation.Gateway.WebSockets;

/// <summary><c>/v1/session</c>: SegmentStream over a WebSocket.</summary>
internal sealed class WebSocketRoute(
    SessionHost sessions,
    CrossOrigins origins,
    IntakeRegistry intakes,
    UnexpectedErrors unexpected,
    GatewayMetrics metrics,
    AnswerWatch watch,
    IOptions<SessionOptions> options,
    IOptions<UploadOptions> uploads,
    TimeProvider clock)
{
    /// <summary>The route.</summary>
    public const string Path = "/v1/session";

    /// <summary>A session that ends in an error closes with this plus its gRPC status code.</summary>
    public const int ErrorCloses = 4000;

    private const string Method = "/segmentation.v1.SegmentationService/SegmentStream";

    /// <summary>Time in which a client must answer a close.</summary>
    private static readonly TimeSpan _closing = TimeSpan.FromSeconds(5);

    /// <summary>Runs a session on a request that becomes a WebSocket; refuses others in words.</summary>
    public async Task RunAsync(HttpContext context)
    {
        if (Refusal(context) is { } problem)
        {
            metrics.Called(Method, (StatusCode)problem.Code);
            await new ProblemResult(problem).ExecuteAsync(context);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = options.Value.KeepAliveInterval,
            KeepAliveTimeout = options.Value.KeepAliveTimeout,

            // The only one to be echoed: another one may be a credential.
            SubProtocol = context.WebSockets.WebSocketRequestedProtocols.Contains(SocketProtocols.Name)
                ? SocketProtocols.Name
                : null,
        });
        var intake = intakes.Of(context);
        await using var line = new WebSocketMessageStream(
            socket, uploads.Value.MaxMessageBytes, uploads.Value.MaxJsonBytes, intake);
        var ended = await RunAsync(context, line, intake);
        metrics.Called(Method, (StatusCode)(ended?.Code ?? (int)StatusCode.Cancelled));
        if (ended is not null)
        {
            using var timeout = new CancellationTokenSource(_closing, clock);
            var code = ended.Code == 0
                ? WebSocketCloseStatus.NormalClosure
                : (WebSocketCloseStatus)(ErrorCloses + ended.Code);
            await line.CloseAsync(code, ended.Message, timeout.Token);
        }
    }

    /// <summary>Runs the session.</summary>
    /// <returns>Its status; null when the client has left without it.</returns>
    private async Task<RpcStatus?> RunAsync(HttpContext context, WebSocketMessageStream line, RequestIntake intake)
    {
        try
        {
            var answers = new TimedWriter<SegmentStreamResponse>(line, watch, context);
            await sessions.RunAsync(
                Caller.Of(context), CallDeadline.Unlimited(clock), line, answers, intake, context.RequestAborted);
            return new RpcStatus();
        }
        catch (RpcException exception)
        {
            return new RpcStatus { Code = (int)exception.StatusCode, Message = exception.Status.Detail };
        }
        catch (Exception exception) when (
            exception is CallerLeftException || context.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception exception)
        {
            return unexpected.Report(exception, Method);
        }
    }

    private RpcStatus? Refusal(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            return Problem.Of(
                StatusCode.InvalidArgument,
                "NOT_A_WEBSOCKET",
                $"{Path} is a WebSocket: connect to it with the scheme ws or wss.");
        }

        if (context.WebSockets.WebSocketRequestedProtocols is { Count: > 0 } offered
            && !offered.Contains(SocketProtocols.Name))
        {
            return Problem.Of(
                StatusCode.InvalidArgument,
                "PROTOCOL_NOT_OFFERED",
                $"The subprotocols that the WebSocket offers lack '{SocketProtocols.Name}': offer it first.");
        }

        // Browsers let any page open a WebSocket to anywhere, and say only whose page it was.
        return origins.Allow(context.Request)
            ? null
            : Problem.Of(
                StatusCode.PermissionDenied,
                "ORIGIN_NOT_ALLOWED",
                $"Pages of {ClientText.Quote(context.Request.Headers.Origin.ToString())} may not open sessions here: it is "
                    + $"not one of {CrossOriginOptions.Section}:{nameof(CrossOriginOptions.Origins)}.");
    }
}
