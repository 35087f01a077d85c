using Segmentation.Masks.Png;

namespace Segmentation.Masks.Rows;

/// <summary>Run lengths of masks in row-major order, as tools have them that are not COCO's.</summary>
public static class RowOrder
{
    private const int RowsBetweenChecks = 64;

    /// <summary>
    /// Hands out the runs of a mask, row by row and from left to right, zeros first; only the first may be empty, and
    /// runs go on over the ends of rows. Time grows with the pixels, memory with columns and edges.
    /// </summary>
    /// <param name="mask">The mask.</param>
    /// <param name="run">Told each run's length in pixels.</param>
    /// <param name="yieldPoint">Checked every 64 rows and columns.</param>
    public static void Visit(RunLengths mask, Action<long> run, YieldPoint yieldPoint = default)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(run);
        var edges = new RowEdges(mask, yieldPoint);
        var row = new bool[mask.Width];
        var isInside = false;
        var length = 0L;
        for (var y = 0; y < mask.Height; y++)
        {
            if (y % RowsBetweenChecks == 0)
            {
                yieldPoint.Check();
            }

            foreach (var x in edges.Of(y))
            {
                row[x] = !row[x];
            }

            for (var x = 0; x < mask.Width;)
            {
                var rest = row.AsSpan(x);
                var same = rest.IndexOf(!isInside);
                if (same < 0)
                {
                    length += rest.Length;
                    break;
                }

                run(length + same);
                (isInside, length) = (!isInside, 0);
                x += same;
            }
        }

        run(length);
    }
}
