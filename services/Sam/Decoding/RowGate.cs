namespace Segmentation.Sam.Decoding;

/// <summary>Passed between rows of the grid while prompts are decoded, some two hundred times a prompt.</summary>
/// <param name="betweenRows">What else the thread has to do.</param>
/// <param name="cancellationToken">Ends the run.</param>
internal readonly struct RowGate(Action? betweenRows, CancellationToken cancellationToken)
{
    /// <summary>Does what else there is to do, unless the run is to end.</summary>
    public void Pass()
    {
        cancellationToken.ThrowIfCancellationRequested();
        betweenRows?.Invoke();
    }
}
