using Segmentation.Masks;
using Segmentation.Masks.Geometry;

namespace Segmentation.Doors.Crops;

/// <summary>
/// The part of a mask within its box, row by row. Time grows with the box's pixels and the mask's runs, memory with runs
/// and columns alone: no picture of the mask is made.
/// </summary>
internal sealed class CropRows
{
    // Columns at which row r differs from the row above: _columns[_starts[r] .. _starts[r + 1]].
    private readonly int[] _starts;
    private readonly int[] _columns;

    /// <param name="mask">The mask.</param>
    public CropRows(RunLengths mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        Box = mask.Box;
        _starts = new int[Box.Height + 2];
        foreach (var (row, _) in Changes(mask, Box))
        {
            _starts[row + 2]++;
        }

        for (var row = 2; row < _starts.Length; row++)
        {
            _starts[row] += _starts[row - 1];
        }

        // Until a row is filled, the entry behind it is where its next column goes; then it is where the row ends.
        _columns = new int[_starts[^1]];
        foreach (var (row, column) in Changes(mask, Box))
        {
            _columns[_starts[row + 1]++] = column;
        }
    }

    /// <summary>Box around the mask; all zero for an empty mask, which has no rows.</summary>
    public PixelBox Box { get; }

    /// <summary>The rows from the top: a byte a pixel, 1 inside. All are the same memory, changed from row to row.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> All()
    {
        var row = new byte[Box.Width];
        for (var i = 0; i < Box.Height; i++)
        {
            for (var change = _starts[i]; change < _starts[i + 1]; change++)
            {
                row[_columns[change]] ^= 1;
            }

            yield return row;
        }
    }

    /// <summary>The pixels at which a column of the box differs from the pixel above, within the box.</summary>
    private static IEnumerable<(int Row, int Column)> Changes(RunLengths mask, PixelBox box)
    {
        var counts = mask.Counts;
        uint position = 0;
        for (var i = 0; i + 1 < counts.Count; i += 2)
        {
            var first = position + counts[i];
            var last = first + counts[i + 1] - 1;
            position = last + 1;
            var (left, top) = Math.DivRem((int)first, mask.Height);
            var (right, bottom) = Math.DivRem((int)last, mask.Height);
            for (var column = left; column <= right; column++)
            {
                yield return ((column == left ? top : 0) - box.Y, column - box.X);
                var end = (column == right ? bottom : mask.Height - 1) + 1 - box.Y;
                if (end < box.Height)
                {
                    yield return (end, column - box.X);
                }
            }
        }
    }
}
