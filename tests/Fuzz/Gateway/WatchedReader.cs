using System.IO.Pipelines;

namespace Segmentation.Fuzz.Gateway;

/// <summary>
/// The server's side of what a client sent, which tells when the server has seen all of it and waits for more.
/// </summary>
internal sealed class WatchedReader(PipeReader inner) : PipeReader
{
    private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the server waits for more, or wants no more.</summary>
    public Task Waits => _waits.Task;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var reading = inner.ReadAsync(cancellationToken);
        if (!reading.IsCompleted)
        {
            _waits.TrySetResult();
        }

        return reading;
    }

    public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) =>
        inner.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        _waits.TrySetResult();
        inner.Complete(exception);
    }
}
