namespace Segmentation.Masks.Png;

/// <summary>
/// The pixels of a mask that differ from the one above, row by row, though run lengths go down columns; above the first
/// row everything is outside. 4 bytes for each and for each row.
/// </summary>
internal sealed class RowEdges
{
    private const int ColumnsBetweenPasses = 64;

    private readonly int[] _ends;
    private readonly int[] _columns;

    /// <param name="mask">The mask.</param>
    /// <param name="yieldPoint">Passed every 64 columns.</param>
    public RowEdges(RunLengths mask, YieldPoint yieldPoint)
    {
        // Sorted by counting: first how many each row has, then each column to its row's next place.
        _ends = new int[mask.Height + 1];
        Walk(mask, yieldPoint, (_, y) => _ends[y + 1]++);
        for (var y = 0; y < mask.Height; y++)
        {
            _ends[y + 1] += _ends[y];
        }

        _columns = new int[_ends[mask.Height]];
        Walk(mask, yieldPoint, (x, y) => _columns[_ends[y]++] = x);
    }

    /// <summary>Columns of a row's pixels that differ from those above, ascending.</summary>
    public ReadOnlySpan<int> Of(int y) => _columns.AsSpan((y == 0 ? 0 : _ends[y - 1])..^(_columns.Length - _ends[y]));

    private static void Walk(RunLengths mask, YieldPoint yieldPoint, Action<int, int> edge)
    {
        var columns = new ColumnRuns(mask);
        var edges = new List<int>();
        for (var x = 0; x < mask.Width; x++)
        {
            if (x % ColumnsBetweenPasses == 0)
            {
                yieldPoint.Check();
            }

            columns.Next(edges);
            foreach (var y in edges)
            {
                if (y < mask.Height)
                {
                    edge(x, y);
                }
            }
        }
    }
}
