using Segmentation.Evaluation.Geometry;
using Segmentation.Masks;

namespace Segmentation.Evaluation.Prompting;

/// <summary>Puts the next click where an answer is wrong.</summary>
internal static class ClickSampler
{
    /// <summary>
    /// Finds the next click. At the centre: the pixel farthest from its region's boundary, of the region that was missed
    /// or of the one that was wrongly taken, whichever reaches farther; a pixel that has a click gets no second one. At
    /// random: any wrong pixel.
    /// </summary>
    /// <param name="truth">The object.</param>
    /// <param name="answer">The mask so far; null before the first click, which is on the object.</param>
    /// <param name="clicks">Clicks so far.</param>
    /// <param name="placement">The rule.</param>
    /// <param name="random">Numbers of this mask.</param>
    /// <returns>The click; null where no pixel is wrong that has none yet.</returns>
    public static SimulatedClick? Next(
        RunLengths truth,
        RunLengths? answer,
        IReadOnlyList<SimulatedClick> clicks,
        PointPlacement placement,
        SeededRandom random)
    {
        var missed = answer is null ? truth : RunLengthSets.Difference(truth, answer);
        var taken = answer is null ? null : RunLengthSets.Difference(answer, truth);
        if (placement == PointPlacement.Random)
        {
            var (missedArea, takenArea) = (missed.Area, taken?.Area ?? 0);
            if (missedArea + takenArea == 0)
            {
                return null;
            }

            var place = random.Next(missedArea + takenArea);
            return place < missedArea
                ? PixelOf(missed, place, isForeground: true)
                : PixelOf(taken!, place - missedArea, isForeground: false);
        }

        var clicked = clicks.Select(click => (click.X, click.Y)).ToHashSet();
        var inside = DistanceTransform.Farthest(missed, (x, y) => clicked.Contains((x, y)));
        var outside = taken is null ? null : DistanceTransform.Farthest(taken, (x, y) => clicked.Contains((x, y)));
        return (inside?.Squared ?? 0) > (outside?.Squared ?? 0)
            ? new(inside!.Value.X, inside.Value.Y, true)
            : outside is { } at ? new(at.X, at.Y, false) : null;
    }

    private static SimulatedClick PixelOf(RunLengths mask, long place, bool isForeground)
    {
        var counts = mask.AsSpan();
        long at = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            if ((i & 1) != 0)
            {
                if (place < counts[i])
                {
                    break;
                }

                place -= counts[i];
            }

            at += counts[i];
        }

        at += place;
        return new((int)(at / mask.Height), (int)(at % mask.Height), isForeground);
    }
}
