using Google.Protobuf;
using Grpc.Core;
using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Grpc;

/// <summary>
/// Tells a caller who left from everything else that can fail. The server's reader fails with an IO error some moments
/// before the call's token is cancelled, and after that moment nothing distinguishes it from a bug.
/// </summary>
internal sealed class CallerReader<T>(IAsyncStreamReader<T> inner) : IAsyncStreamReader<T>
{
    public T Current => inner.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            return await inner.MoveNext(cancellationToken);
        }
        catch (InvalidProtocolBufferException)
        {
            throw Problem.NotAMessage(typeof(T).Name).ToRpcException();
        }
        catch (Exception exception) when (
            exception is IOException or OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            throw new CallerLeftException(exception);
        }
    }
}

/// <summary>The other half of <see cref="CallerReader{T}"/>: a write that fails is a caller who left.</summary>
internal sealed class CallerWriter<T>(IServerStreamWriter<T> inner) : IServerStreamWriter<T>
{
    public WriteOptions? WriteOptions
    {
        get => inner.WriteOptions;
        set => inner.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        try
        {
            await inner.WriteAsync(message, cancellationToken);
        }
        catch (Exception exception) when (
            exception is IOException or OperationCanceledException or InvalidOperationException
            && !cancellationToken.IsCancellationRequested)
        {
            throw new CallerLeftException(exception);
        }
    }
}
