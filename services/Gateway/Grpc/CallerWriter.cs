using Grpc.Core;
using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Grpc;

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
