namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>
/// Channels over a square grid, row by row: [side][channels][16 + side]. Sixteen numbers lie before every run of
/// columns, so that a convolution reads zeros beside the edge and rows of channels do not share the sets of a cache.
/// </summary>
internal readonly unsafe struct FeatureMap(float* data, int channels, int side, RowRange alike = default)
{
    /// <summary>Numbers before every run of columns.</summary>
    public const int Margin = 16;

    public int Channels { get; } = channels;

    public int Side { get; } = side;

    /// <summary>Rows known to be alike, if any.</summary>
    public RowRange Alike { get; } = alike;

    /// <summary>Numbers from a channel to the next.</summary>
    public int Stride => Side + Margin;

    /// <summary>Numbers that a map needs.</summary>
    public static int Length(int channels, int side) => checked(channels * side * (side + Margin) + Margin);

    /// <summary>Column 0 of channel 0 of a row.</summary>
    public float* Row(int row) => data + Margin + (nint)row * Channels * Stride;

    /// <summary>Makes a row what another is.</summary>
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
