namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>Identical rows, such as the padding below an image.</summary>
/// <param name="From">First row.</param>
/// <param name="To">First row after them.</param>
internal readonly record struct RowRange(int From, int To)
{
    /// <summary>True if a row is identical to the one above it.</summary>
    public bool Repeats => To - From > 1;

    /// <summary>Rows of the output of a 3 x 3 convolution that depend on these rows alone.</summary>
    /// <param name="step">Its stride: 1 or 2.</param>
    public RowRange Convolved(int step) => new((From + step) / step, (To - 2 + step) / step);
}
