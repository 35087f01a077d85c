namespace Segmentation.LoadTests.Planning;

/// <summary>Arrivals of clicks and uploads, for a simulation and for a real system alike.</summary>
/// <param name="Events">Seconds from the begin, ascending, and the kind.</param>
internal sealed record Trace(IReadOnlyList<(double At, bool IsUpload)> Events)
{
    /// <summary>Draws arrivals of two Poisson processes.</summary>
    /// <param name="clicks">Clicks a second.</param>
    /// <param name="uploads">Uploads a second.</param>
    /// <param name="seconds">Length.</param>
    /// <param name="seed">Chance.</param>
    public static Trace Create(double clicks, double uploads, double seconds, int seed)
    {
        var random = new Random(seed);
        IEnumerable<(double At, bool IsUpload)> Arrivals(double rate, bool isUpload)
        {
            for (var at = 0.0; rate > 0;)
            {
                at -= Math.Log(1 - random.NextDouble()) / rate;
                if (at >= seconds)
                {
                    yield break;
                }

                yield return (at, isUpload);
            }
        }

        (double At, bool IsUpload)[] all = [.. Arrivals(clicks, false), .. Arrivals(uploads, true)];
        return new([.. all.OrderBy(one => one.At)]);
    }
}
