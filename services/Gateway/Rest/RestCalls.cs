using Grpc.Core;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Responses;
using Segmentation.Gateway.Telemetry;

namespace Segmentation.Gateway.Rest;

/// <summary>
/// Counts requests that are no gRPC calls and turns their failures into answers, as ErrorInterceptor does for calls.
/// </summary>
internal sealed class RestCalls(UnexpectedErrors unexpected, GatewayMetrics metrics)
{
    /// <summary>Runs a request: counts it and lets out only statuses made for the client.</summary>
    /// <param name="context">The request.</param>
    /// <param name="method">The gRPC method that does the same, <c>/package.Service/Method</c>.</param>
    /// <param name="answer">Answers the request; an RpcException is its error.</param>
    /// <param name="refuse">The form of errors; null for this interface's own.</param>
    public async Task<IResult> RunAsync(
        HttpContext context, string method, Func<Task<IResult>> answer, Func<RpcStatus, IResult>? refuse = null)
    {
        refuse ??= problem => new ProblemResult(problem);
        var code = StatusCode.OK;
        try
        {
            return await answer();
        }
        catch (RpcException exception)
        {
            code = exception.StatusCode;
            return refuse(exception.GetRpcStatus() ?? Unexpected(exception));
        }
        catch (Exception exception) when (BodyProblems.Of(exception, JsonBody.Remedy) is { } problem)
        {
            code = StatusCode.InvalidArgument;
            return refuse(problem);
        }
        catch (Exception exception) when (
            exception is OperationCanceledException || context.RequestAborted.IsCancellationRequested)
        {
            // A read of the body may hear of it before the request does.
            code = StatusCode.Cancelled;
            return Results.Empty;
        }
        catch (Exception exception)
        {
            code = StatusCode.Internal;
            return refuse(Unexpected(exception));
        }
        finally
        {
            metrics.Called(method, code);
        }

        RpcStatus Unexpected(Exception exception) => unexpected.Report(exception, method);
    }
}
