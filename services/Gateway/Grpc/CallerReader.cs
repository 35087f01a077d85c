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
