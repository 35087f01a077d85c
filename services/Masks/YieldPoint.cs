namespace Segmentation.Masks;

/// <summary>
/// Point in long work at which more urgent work may run and cancelled work ends: between grid rows of a decode, about
/// two hundred times a prompt, and every fraction of a millisecond while forms of masks are made.
/// </summary>
/// <param name="onYield">Runs pending interactive work; null for none.</param>
/// <param name="cancellationToken">Cancels the work.</param>
public readonly struct YieldPoint(Action? onYield, CancellationToken cancellationToken)
{
    /// <summary>Cancels the work.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>True if interactive work may be pending.</summary>
    public bool HasOthers => onYield is not null;

    /// <summary>Runs pending interactive work.</summary>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void Check()
    {
        cancellationToken.ThrowIfCancellationRequested();
        onYield?.Invoke();
    }
}
