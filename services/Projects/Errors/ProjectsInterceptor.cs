using System.Diagnostics;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Segmentation.Projects.Errors;

/// <summary>
/// The outermost layer of every call to projects: lets out only errors that were made for the client. A database or
/// an object store that is away is UNAVAILABLE, and a bug is INTERNAL with a number that leads to the log.
/// </summary>
internal sealed partial class ProjectsInterceptor(TimeProvider clock, ILogger<ProjectsInterceptor> logger) : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Explained(exception, context);
        }
    }

    /// <inheritdoc/>
    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(requestStream, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Explained(exception, context);
        }
    }

    /// <inheritdoc/>
    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Explained(exception, context);
        }
    }

    /// <inheritdoc/>
    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception exception) when (exception is not RpcException)
        {
            throw Explained(exception, context);
        }
    }

    private RpcException Explained(Exception exception, ServerCallContext context)
    {
        if (context.CancellationToken.IsCancellationRequested)
        {
            return context.Deadline <= clock.GetUtcNow().UtcDateTime
                ? ProjectProblem.Of(StatusCode.DeadlineExceeded, "EXPIRED", "The deadline has passed.")
                : ProjectProblem.Of(StatusCode.Cancelled, "CANCELLED", "The caller cancelled.");
        }

        if (ProjectProblem.AwayOf(exception) is { } away)
        {
            LogAway(logger, context.Method, exception.Message);
            return away;
        }

        var correlationId = Activity.Current?.TraceId.ToHexString() ?? Guid.NewGuid().ToString("N");
        LogUnexpected(logger, exception, context.Method, correlationId);
        return ProjectProblem.Unexpected(correlationId);
    }

    [LoggerMessage(1, LogLevel.Warning, "{Method}: the database or the object store does not answer: {Reason}")]
    private static partial void LogAway(ILogger logger, string method, string reason);

    [LoggerMessage(2, LogLevel.Error, "{Method} failed unexpectedly; the client was given {CorrelationId}")]
    private static partial void LogUnexpected(
        ILogger logger, Exception exception, string method, string correlationId);
}
