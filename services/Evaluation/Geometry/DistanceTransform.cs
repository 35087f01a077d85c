using Segmentation.Masks;

namespace Segmentation.Evaluation.Geometry;

/// <summary>
/// Exact Euclidean distance of each pixel of a region to the nearest pixel outside, by Felzenszwalb and Huttenlocher: the
/// lower envelope of one parabola a column. Everything beyond the picture's edge is outside, as if the picture were
/// padded by one pixel.
/// </summary>
internal static class DistanceTransform
{
    /// <summary>Finds the pixel that is farthest from the region's boundary; the first in row order where several are.</summary>
    /// <param name="region">The region.</param>
    /// <param name="isTaken">Tells pixels that may not be chosen (x, y); null: all may.</param>
    /// <returns>The pixel and its squared distance; null where no pixel may be chosen.</returns>
    public static (int X, int Y, long Squared)? Farthest(RunLengths region, Func<int, int, bool>? isTaken = null)
    {
        var box = region.Box;
        if (box.Width == 0)
        {
            return null;
        }

        // Of the box around the region alone: what lies around it is outside.
        var squared = Squared(PixelCrop.Of(region, box), box.Width, box.Height);
        (int X, int Y, long Squared)? best = null;
        for (var i = 0; i < squared.Length; i++)
        {
            var (x, y) = (box.X + i % box.Width, box.Y + i / box.Width);
            if (squared[i] > (best?.Squared ?? 0) && isTaken?.Invoke(x, y) != true)
            {
                best = (x, y, squared[i]);
            }
        }

        return best;
    }

    /// <summary>Computes squared distances to the nearest pixel outside; 0 for pixels outside.</summary>
    /// <param name="inside">height x width pixels in row-major order; 0 is outside.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    public static long[] Squared(ReadOnlySpan<byte> inside, int width, int height)
    {
        var squared = new long[inside.Length];
        for (var x = 0; x < width; x++)
        {
            SquareColumn(inside, squared, width, height, x);
        }

        var envelope = new Envelope(width + 2);
        for (var y = 0; y < height; y++)
        {
            envelope.Replace(squared.AsSpan(y * width, width));
        }

        return squared;
    }

    private static void SquareColumn(ReadOnlySpan<byte> inside, long[] squared, int width, int height, int x)
    {
        long run = 0;
        for (var y = 0; y < height; y++)
        {
            run = inside[y * width + x] == 0 ? 0 : run + 1;
            squared[y * width + x] = run;
        }

        run = 0;
        for (var y = height - 1; y >= 0; y--)
        {
            var i = y * width + x;
            run = inside[i] == 0 ? 0 : run + 1;
            var nearest = Math.Min(run, squared[i]);
            squared[i] = nearest * nearest;
        }
    }

    /// <summary>The lower envelope of a row's parabolas, with one of height 0 before the row and one behind it.</summary>
    private sealed class Envelope(int places)
    {
        private readonly int[] _places = new int[places];
        private readonly long[] _heights = new long[places];
        private readonly double[] _starts = new double[places];

        /// <summary>Replaces squared distances down the columns by those in the plane.</summary>
        public void Replace(Span<long> row)
        {
            (_places[0], _heights[0], _starts[0]) = (-1, 0, double.NegativeInfinity);
            var last = 0;
            for (var x = 0; x <= row.Length; x++)
            {
                var height = x < row.Length ? row[x] : 0;
                var start = Start(last, x, height);
                while (start <= _starts[last])
                {
                    start = Start(--last, x, height);
                }

                (_places[++last], _heights[last], _starts[last]) = (x, height, start);
            }

            var at = 0;
            for (var x = 0; x < row.Length; x++)
            {
                while (at < last && _starts[at + 1] <= x)
                {
                    at++;
                }

                long distance = x - _places[at];
                row[x] = distance * distance + _heights[at];
            }
        }

        /// <summary>Place from which on the parabola at x lies below the one before.</summary>
        private double Start(int before, int x, long height)
        {
            long place = _places[before];
            return (height + (long)x * x - _heights[before] - place * place) / (2.0 * (x - place));
        }
    }
}
