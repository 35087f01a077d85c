namespace Segmentation.Masks.Png;

/// <summary>
/// The edges of a mask row by row: pixels that differ from the pixel above. Run lengths go down columns, so the edges
/// are sorted by rows first. Above the first row everything is outside. Takes 4 bytes for each edge and for each row.
/// </summary>
internal sealed class RowEdges
{
    private const int ColumnsBetweenChecks = 64;

    private readonly int[] _ends;
    private readonly int[] _columns;

    /// <param name="mask">The mask.</param>
    /// <param name="yieldPoint">Checked every 64 columns.</param>
    public RowEdges(RunLengths mask, YieldPoint yieldPoint)
    {
        // Counting sort: first the number of edges of each row, then each edge goes to the next place of its row.
        _ends = new int[mask.Height + 1];
        Walk(mask, yieldPoint, (_, y) => _ends[y + 1]++);
        for (var y = 0; y < mask.Height; y++)
        {
            _ends[y + 1] += _ends[y];
        }

        _columns = new int[_ends[mask.Height]];
        Walk(mask, yieldPoint, (x, y) => _columns[_ends[y]++] = x);
    }

    /// <summary>Returns the columns of a row's edges, ascending.</summary>
    public ReadOnlySpan<int> Of(int y) => _columns.AsSpan((y == 0 ? 0 : _ends[y - 1])..^(_columns.Length - _ends[y]));

    private static void Walk(RunLengths mask, YieldPoint yieldPoint, Action<int, int> edge)
    {
        var columns = new ColumnRuns(mask);
        var edges = new List<int>();
        for (var x = 0; x < mask.Width; x++)
        {
            if (x % ColumnsBetweenChecks == 0)
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
