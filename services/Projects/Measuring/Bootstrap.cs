using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Measuring;

/// <summary>
/// Intervals of shares by the percentile bootstrap (Efron and Tibshirani, 1993, chapter 13) over pictures: masks of one
/// picture are alike, so that pictures are drawn, and not masks.
/// </summary>
internal static class Bootstrap
{
    private const int Draws = 2000;

    /// <summary>A share with its 95 % interval. The same counts give the same interval.</summary>
    /// <param name="pictures">Hits and trials of each picture.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>All zero without any trial.</returns>
    public static Share Share(
        IReadOnlyList<(long Hits, long Trials)> pictures, CancellationToken cancellationToken = default)
    {
        var trials = pictures.Sum(picture => picture.Trials);
        if (trials == 0)
        {
            return new Share();
        }

        var shares = Resampled(pictures, cancellationToken);
        Array.Sort(shares);
        return new Share
        {
            Value = pictures.Sum(picture => picture.Hits) / (double)trials,
            Low = shares[(int)(0.025 * shares.Length)],
            High = shares[(int)(0.975 * shares.Length)],
        };
    }

    private static double[] Resampled(
        IReadOnlyList<(long Hits, long Trials)> pictures, CancellationToken cancellationToken)
    {
        // Pictures without a trial change nothing and would make empty draws.
        var drawn = pictures.Where(picture => picture.Trials > 0).ToArray();
        var random = new SplitMix(seed: 1);
        var shares = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long hits = 0, trials = 0;
            for (var i = 0; i < drawn.Length; i++)
            {
                var picture = drawn[random.Below(drawn.Length)];
                hits += picture.Hits;
                trials += picture.Trials;
            }

            shares[draw] = hits / (double)trials;
        }

        return shares;
    }
}
