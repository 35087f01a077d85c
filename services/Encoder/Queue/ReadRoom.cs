namespace Segmentation.Encoder.Queue;

/// <summary>Memory taken of a <see cref="ReadBudget"/> until it is disposed. Not safe for concurrent use.</summary>
/// <param name="budget">The budget.</param>
/// <param name="bytes">Bytes taken.</param>
internal sealed class ReadRoom(ReadBudget budget, long bytes) : IDisposable
{
    private long _bytes = bytes;

    /// <summary>Gives back what is above so many bytes.</summary>
    public void ShrinkTo(long bytes)
    {
        var excess = Math.Max(0, _bytes - bytes);
        _bytes -= excess;
        budget.Return(excess);
    }

    /// <summary>Gives everything back.</summary>
    public void Dispose() => ShrinkTo(0);
}
