using Segmentation.Evaluation.Data;
using Segmentation.Evaluation.Matching;
using Segmentation.Evaluation.Results;
using Segmentation.Masks;
using Segmentation.Masks.Everything;

namespace Segmentation.Evaluation.Protocols;

/// <summary>Looks for everything in a picture and compares what is found with all its true masks.</summary>
internal static class FindProtocol
{
    /// <summary>Most masks of a picture that count, as in AR@1000.</summary>
    public const int MostMasks = 1000;

    /// <summary>Compares what was found with each true mask.</summary>
    /// <param name="found">Masks of the picture in any order.</param>
    /// <param name="truths">The picture's true masks.</param>
    /// <param name="width">Width of the picture.</param>
    /// <param name="height">Height of the picture.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static IReadOnlyList<FoundOutcome> Compare(
        IReadOnlyList<EverythingMask> found,
        IReadOnlyList<TrueMask> truths,
        int width,
        int height,
        CancellationToken cancellationToken)
    {
        // By the mean of confidence and stability, as the paper ranks them.
        var ranked = found.OrderByDescending(mask => (double)mask.PredictedIou + mask.StabilityScore).Take(MostMasks).ToList();
        var ious = MaskOverlaps.Of(
            [.. ranked.Select(mask => mask.RunLengths)],
            [.. truths.Select(truth => truth.Mask)],
            cancellationToken);
        var hits = new int[truths.Count];
        foreach (var threshold in CocoMatching.Thresholds)
        {
            foreach (var place in CocoMatching.Match(ious, truths.Count, threshold).Where(place => place != CocoMatching.None))
            {
                hits[place]++;
            }
        }

        var pairs = OneToOne.Pair(ious, truths.Count);
        var empty = new RunLengths(height, width, (uint)height * (uint)width).ToCocoString();
        return [.. truths.Select((_, place) =>
        {
            var pair = pairs[place] >= 0 ? ranked[pairs[place]] : null;
            return new FoundOutcome(
                pair is null ? 0 : ious[pairs[place]][place],
                pair?.PredictedIou ?? 0,
                (double)hits[place] / CocoMatching.Thresholds.Count,
                ranked.Count,
                truths.Count,
                pair?.RunLengths.ToCocoString() ?? empty);
        })];
    }
}
