using Grpc.Core;

namespace Segmentation.Gateway.Answers;

/// <summary>
/// Ends a stream whose client does not take a message in time: 30 seconds for each, unless configured otherwise.
/// </summary>
/// <param name="inner">The stream of messages.</param>
/// <param name="watch">Ends the call.</param>
/// <param name="call">The call.</param>
internal sealed class TimedWriter<T>(IAsyncStreamWriter<T> inner, AnswerWatch watch, HttpContext call)
    : IServerStreamWriter<T>
{
    public WriteOptions? WriteOptions
    {
        get => inner.WriteOptions;
        set => inner.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        // A client that keeps up, which is nearly every one, costs nothing.
        var writing = inner.WriteAsync(message, cancellationToken);
        return writing.IsCompleted ? writing : WatchAsync(writing);
    }

    private async Task WatchAsync(Task writing)
    {
        using var taking = watch.Begin(call);
        await writing;
    }
}
