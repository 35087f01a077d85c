namespace Segmentation.Sam.Decoding;

/// <summary>Passed between rows of the grid while prompts are decoded, some two hundred times a prompt.</summary>
/// <param name="onYield">What else the thread has to do.</param>
/// <param name="cancellationToken">Ends the run.</param>
internal readonly struct YieldPoint(Action? onYield, CancellationToken cancellationToken)
{
    /// <summary>Does what else there is to do, unless the run is to end.</summary>
    public void Check()
    {
        cancellationToken.ThrowIfCancellationRequested();
        onYield?.Invoke();
    }
}
