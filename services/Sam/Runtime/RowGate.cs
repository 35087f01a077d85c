namespace Segmentation.Sam.Runtime;

/// <summary>
/// Passed between the rows of long work, some two hundred times a prompt and every fraction of a millisecond while forms
/// of masks are made: ends work that nobody waits for, and lets the thread do what is more urgent.
/// </summary>
/// <param name="betweenRows">What else the thread has to do; null for nothing.</param>
/// <param name="cancellationToken">Ends the work.</param>
public readonly struct RowGate(Action? betweenRows, CancellationToken cancellationToken)
{
    /// <summary>Ends the work.</summary>
    internal CancellationToken CancellationToken => cancellationToken;

    /// <summary>Whether the thread may have something else to do.</summary>
    internal bool HasOthers => betweenRows is not null;

    /// <summary>Does what else there is to do, unless the work is to end.</summary>
    /// <exception cref="OperationCanceledException">The work is to end.</exception>
    public void Pass()
    {
        cancellationToken.ThrowIfCancellationRequested();
        betweenRows?.Invoke();
    }
}
