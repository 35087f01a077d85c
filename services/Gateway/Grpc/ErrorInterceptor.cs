using Grpc.Core;
using Grpc.Core.Interceptors;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Telemetry;

namespace Segmentation.Gateway.Grpc;

/// <summary>The outermost layer of every call: counts it and lets out only statuses made for the client.</summary>
internal sealed class ErrorInterceptor(UnexpectedErrors unexpected, GatewayMetrics metrics, TimeProvider clock)
    : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(() => continuation(request, context), context);

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(() => continuation(new CallerReader<TRequest>(requestStream), context), context);

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(
            () => Completed(continuation(request, new CallerWriter<TResponse>(responseStream), context)), context);

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        GuardAsync(
            () => Completed(continuation(
                new CallerReader<TRequest>(requestStream), new CallerWriter<TResponse>(responseStream), context)),
            context);

    private static async Task<bool> Completed(Task call)
    {
        await call;
        return true;
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> call, ServerCallContext context)
    {
        var code = StatusCode.OK;
        try
        {
            return await call();
        }
        catch (RpcException exception)
        {
            code = exception.StatusCode;
            throw;
        }
        catch (Exception exception) when (
            exception is CallerLeftException || context.CancellationToken.IsCancellationRequested)
        {
            var expired = context.Deadline <= clock.GetUtcNow().UtcDateTime;
            code = expired ? StatusCode.DeadlineExceeded : StatusCode.Cancelled;
            throw new RpcException(new Status(code, expired ? "The deadline has passed." : "The caller cancelled."));
        }
        catch (Exception exception)
        {
            code = StatusCode.Internal;
            throw unexpected.Report(exception, context.Method).ToRpcException();
        }
        finally
        {
            metrics.Called(context.Method, code);
        }
    }
}
