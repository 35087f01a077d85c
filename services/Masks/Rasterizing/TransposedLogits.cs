using System.Numerics.Tensors;
using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Rasterizing;

/// <summary>
/// Low-resolution logits column by column, since run lengths go down columns. The last row and the last column are
/// repeated beyond the end, so that taps of weight zero read values that change nothing.
/// </summary>
internal sealed class TransposedLogits
{
    /// <summary>Floats from a column to the next: not a power of two, which would crowd a few cache sets.</summary>
    public const int Stride = ImageGeometry.LowResSide + 8;

    /// <summary>Side of the squares moved at a time: one cache line of floats.</summary>
    private const int Tile = 16;

    private readonly float[] _values = new float[(ImageGeometry.LowResSide + AxisTaps.Taps - 1) * Stride];
    private readonly float[] _lowest = new float[ImageGeometry.LowResSide + AxisTaps.Taps - 1];
    private readonly float[] _highest = new float[ImageGeometry.LowResSide + AxisTaps.Taps - 1];

    /// <summary>Rows of a column, the repeated ones included; a multiple of 8.</summary>
    public int PaddedRows { get; private set; }

    /// <summary>Takes over the top left <paramref name="rows"/> x <paramref name="columns"/> values.</summary>
    public void Load(ReadOnlySpan<float> logits, int stride, int rows, int columns)
    {
        PaddedRows = (rows + AxisTaps.Taps - 1 + 7) & ~7;
        for (var row = 0; row < rows; row += Tile)
        {
            for (var column = 0; column < columns; column += Tile)
            {
                TransposeTile(
                    logits, stride, row, Math.Min(row + Tile, rows), column, Math.Min(column + Tile, columns));
            }
        }

        for (var column = 0; column < columns; column++)
        {
            var start = column * Stride;
            var end = start + rows;
            _lowest[column] = TensorPrimitives.Min<float>(_values.AsSpan(start, rows));
            _highest[column] = TensorPrimitives.Max<float>(_values.AsSpan(start, rows));
            _values.AsSpan(end, PaddedRows - rows).Fill(_values[end - 1]);
        }

        for (var column = columns; column < columns + AxisTaps.Taps - 1; column++)
        {
            Column(columns - 1).CopyTo(_values.AsSpan(column * Stride));
            _lowest[column] = _lowest[columns - 1];
            _highest[column] = _highest[columns - 1];
        }
    }

    /// <summary>One column, <see cref="PaddedRows"/> values.</summary>
    public ReadOnlySpan<float> Column(int column) => _values.AsSpan(column * Stride, PaddedRows);

    /// <summary>Smallest value of the three columns a group of pixels reads.</summary>
    public float Lowest(int group) => Math.Min(_lowest[group], Math.Min(_lowest[group + 1], _lowest[group + 2]));

    /// <summary>Largest value of the three columns a group of pixels reads.</summary>
    public float Highest(int group) => Math.Max(_highest[group], Math.Max(_highest[group + 1], _highest[group + 2]));

    private void TransposeTile(
        ReadOnlySpan<float> logits, int stride, int top, int bottom, int left, int right)
    {
        for (var row = top; row < bottom; row++)
        {
            var source = logits.Slice(row * stride + left, right - left);
            var target = left * Stride + row;
            foreach (var value in source)
            {
                _values[target] = value;
                target += Stride;
            }
        }
    }
}
