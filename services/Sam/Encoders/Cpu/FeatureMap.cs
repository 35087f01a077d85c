namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>
/// Feature map over a square grid, [side][channels][16 + side]. Sixteen zeros lie before every run of columns: a
/// convolution reads them beside the edge, and they keep the channels from competing for the same sets of a cache.
/// </summary>
internal readonly unsafe struct FeatureMap(float* data, int channels, int side, RowRange alike = default)
{
    /// <summary>Floats before every run of columns.</summary>
    public const int Margin = 16;

    /// <summary>Channels.</summary>
    public int Channels { get; } = channels;

    /// <summary>Rows and columns.</summary>
    public int Side { get; } = side;

    /// <summary>Rows known to be identical, if any.</summary>
    public RowRange Alike { get; } = alike;

    /// <summary>Floats from a channel to the next.</summary>
    public int Stride => Side + Margin;

    /// <summary>Floats of a map.</summary>
    public static int Length(int channels, int side) => checked(channels * side * (side + Margin) + Margin);

    /// <summary>Column 0 of channel 0 of a row.</summary>
    public float* Row(int row) => data + Margin + (nint)row * Channels * Stride;

    /// <summary>Copies a row to another.</summary>
    public void CopyRow(int from, int to)
    {
        var length = Channels * Stride;
        new ReadOnlySpan<float>(Row(from), length).CopyTo(new Span<float>(Row(to), length));
    }

    /// <summary>Writes the zeros beside the edges.</summary>
    public void ClearMargins()
    {
        for (var i = 0; i <= Channels * Side; i++)
        {
            new Span<float>(data + (nint)i * Stride, Margin).Clear();
        }
    }
}

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
