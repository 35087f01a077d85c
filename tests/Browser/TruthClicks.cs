using Segmentation.Masks;

namespace Segmentation.Browser.Tests;

/// <summary>
/// The clicks of a person who knows the truth: in the middle of the largest wrong region, as in the evaluation of
/// interactive segmentation (RITM, SAM paper appendix D).
/// </summary>
internal static class TruthClicks
{
    /// <summary>The next click.</summary>
    /// <param name="truth">The mask that is wanted.</param>
    /// <param name="mask">The mask so far; null before the first click.</param>
    /// <returns>The middle of a pixel, and true for the foreground.</returns>
    public static (double X, double Y, bool IsForeground) Next(RunLengths truth, RunLengths? mask)
    {
        var (height, width) = (truth.Height, truth.Width);
        var wanted = truth.ToBytes();
        var drawn = mask?.ToBytes() ?? new byte[wanted.Length];
        var missing = Farthest(wanted.Zip(drawn, (a, b) => a > b).ToArray(), width, height);
        var wrong = Farthest(wanted.Zip(drawn, (a, b) => a < b).ToArray(), width, height);
        var isForeground = missing.Distance >= wrong.Distance;
        var place = isForeground ? missing.Place : wrong.Place;
        return ((place % width) + 0.5, (place / width) + 0.5, isForeground);
    }

    /// <summary>The pixel of a region that is farthest from its edge, the first in the order of rows.</summary>
    private static (int Place, double Distance) Farthest(bool[] region, int width, int height)
    {
        var distances = SquaredDistances(region, width, height);
        var place = 0;
        for (var i = 1; i < distances.Length; i++)
        {
            place = distances[i] > distances[place] ? i : place;
        }

        return (place, distances[place]);
    }

    /// <summary>
    /// Squared Euclidean distances to the nearest pixel outside, by columns and then by rows (Felzenszwalb and
    /// Huttenlocher, 2012); all around the picture is outside.
    /// </summary>
    private static double[] SquaredDistances(bool[] region, int width, int height)
    {
        var distances = new double[region.Length];
        for (var x = 0; x < width; x++)
        {
            var above = 0;
            for (var y = 0; y < height; y++)
            {
                above = region[(y * width) + x] ? above + 1 : 0;
                distances[(y * width) + x] = above;
            }

            var below = 0;
            for (var y = height - 1; y >= 0; y--)
            {
                below = region[(y * width) + x] ? below + 1 : 0;
                distances[(y * width) + x] = Math.Pow(Math.Min(distances[(y * width) + x], below), 2);
            }
        }

        var row = new double[width + 2];
        for (var y = 0; y < height; y++)
        {
            distances.AsSpan(y * width, width).CopyTo(row.AsSpan(1));
            for (var x = 0; x < width; x++)
            {
                distances[(y * width) + x] = region[(y * width) + x] ? Nearest(row, x + 1) : 0;
            }
        }

        return distances;
    }

    private static double Nearest(double[] row, int x)
    {
        var nearest = row[x];
        for (var reach = 1; reach * reach < nearest; reach++)
        {
            foreach (var other in new[] { x - reach, x + reach })
            {
                if (other >= 0 && other < row.Length)
                {
                    nearest = Math.Min(nearest, row[other] + (reach * reach));
                }
            }
        }

        return nearest;
    }
}
