using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Segmentation.ServiceDefaults.Errors;

namespace Segmentation.Projects.Errors;

/// <summary>
/// Runs the handlers of HTTP routes, and answers errors as the JSON form of gRPC does: <c>code</c>, <c>message</c> and
/// <c>details</c>.
/// </summary>
internal static partial class RouteProblems
{
    private static readonly JsonFormatter _json = new(new JsonFormatter.Settings(false, TypeRegistry));

    private static Google.Protobuf.Reflection.TypeRegistry TypeRegistry => Google.Protobuf.Reflection.TypeRegistry
        .FromMessages(
            ErrorInfo.Descriptor,
            BadRequest.Descriptor,
            RetryInfo.Descriptor,
            ResourceInfo.Descriptor,
            RequestInfo.Descriptor,
            QuotaFailure.Descriptor);

    /// <summary>Runs a handler.</summary>
    public static async Task RunAsync(HttpContext context, Func<Task> handle)
    {
        try
        {
            await handle();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone.
        }
        catch (RpcException problem)
        {
            await WriteAsync(context, problem);
        }
        catch (Exception error)
        {
            var problem = Explained(context, error);
            if (context.Response.HasStarted)
            {
                // The caller must not take what was sent for the whole.
                context.Abort();
                return;
            }

            await WriteAsync(context, problem);
        }
    }

    /// <summary>The error for the caller where something else was thrown; a bug goes to the log.</summary>
    public static RpcException Explained(HttpContext context, Exception error)
    {
        var logger = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RouteProblems));
        if (ProjectProblem.AwayOf(error) is { } away)
        {
            LogAway(logger, context.Request.Path, error.Message);
            return away;
        }

        var id = System.Diagnostics.Activity.Current?.TraceId.ToHexString() ?? Guid.NewGuid().ToString("n");
        LogUnexpected(logger, error, context.Request.Path, id);
        return ProjectProblem.Unexpected(id);
    }

    /// <summary>The status of an error, with its details.</summary>
    public static RpcStatus StatusOf(RpcException problem) =>
        problem.GetRpcStatus() ?? new RpcStatus { Code = (int)problem.StatusCode, Message = problem.Status.Detail };

    /// <summary>An error in JSON.</summary>
    public static string JsonOf(RpcException problem) => _json.Format(StatusOf(problem));

    private static async Task WriteAsync(HttpContext context, RpcException problem)
    {
        var status = StatusOf(problem);
        context.Response.StatusCode = HttpCodes.Of((StatusCode)status.Code);
        if (status.GetDetail<RetryInfo>()?.RetryDelay is { } delay)
        {
            var seconds = (int)Math.Ceiling(delay.ToTimeSpan().TotalSeconds);
            context.Response.Headers.RetryAfter = $"{seconds}";
        }

        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.WriteAsync(_json.Format(status), context.RequestAborted);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{Path} failed unexpectedly; the client was given {CorrelationId}")]
    private static partial void LogUnexpected(ILogger logger, Exception error, string path, string correlationId);

    [LoggerMessage(2, LogLevel.Warning, "{Path}: the database or the object store does not answer: {Reason}")]
    private static partial void LogAway(ILogger logger, string path, string reason);
}
