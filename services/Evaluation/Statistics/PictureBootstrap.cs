using Segmentation.Evaluation.Prompting;

namespace Segmentation.Evaluation.Statistics;

/// <summary>
/// Percentile bootstrap over pictures: masks of one picture are alike, so that a draw of masks would promise too much.
/// All figures of a run are computed on the same draws.
/// </summary>
internal sealed class PictureBootstrap
{
    /// <summary>Number of draws.</summary>
    public const int Draws = 2000;

    private const double Tail = 0.025;
    private readonly int[][] _draws;

    /// <param name="pictures">Number of pictures.</param>
    /// <param name="seed">Seed of the draws.</param>
    public PictureBootstrap(int pictures, long seed)
    {
        var random = new SeededRandom(seed, "bootstrap", pictures);
        _draws = new int[Draws][];
        for (var i = 0; i < Draws; i++)
        {
            _draws[i] = new int[pictures];
            for (var j = 0; j < pictures; j++)
            {
                _draws[i][j] = (int)random.Next(pictures);
            }
        }
    }

    /// <summary>Interval of a mean; null with fewer than two pictures.</summary>
    public Interval? Of(PictureSums sums) =>
        sums.Pictures < 2 ? null : Middle([.. _draws.Select(draw => sums.MeanOf(draw)).OfType<double>()]);

    /// <summary>
    /// Interval of the difference of two means and the probability of one as large by chance (two-sided); null with fewer
    /// than two pictures on a side.
    /// </summary>
    public (Interval Interval, double PValue)? OfDifference(PictureSums first, PictureSums second)
    {
        if (first.Pictures < 2 || second.Pictures < 2)
        {
            return null;
        }

        var differences = _draws.Select(draw => first.MeanOf(draw) - second.MeanOf(draw)).OfType<double>().ToArray();
        var below = differences.Count(difference => difference <= 0);
        var above = differences.Count(difference => difference >= 0);
        // Never 0: a draw more might have been on the other side.
        var value = Math.Min(1, 2.0 * (Math.Min(below, above) + 1) / (differences.Length + 1));
        return (Middle(differences), value);
    }

    private static Interval Middle(double[] values)
    {
        Array.Sort(values);
        return new(At(values, Tail), At(values, 1 - Tail));
    }

    private static double At(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
