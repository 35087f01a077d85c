namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>Rows that are alike, as those below an image are: from the first up to, and without, the last.</summary>
internal readonly record struct RowRange(int From, int To)
{
    /// <summary>Whether there is a row that is like the one above it.</summary>
    public bool Repeats => To - From > 1;

    /// <summary>The rows that a convolution of 3 x 3 makes of nothing but these.</summary>
    /// <param name="step">Its stride: 1 or 2.</param>
    public RowRange Convolved(int step) => new((From + step) / step, (To - 2 + step) / step);
}
