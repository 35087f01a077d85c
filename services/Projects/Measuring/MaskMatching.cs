using Segmentation.Masks;
using Segmentation.Masks.Geometry;

namespace Segmentation.Projects.Measuring;

/// <summary>
/// Finds the same objects in two lists of masks of one picture: one to one, the greatest IoU first, as the matching of
/// COCO's evaluation does without scores.
/// </summary>
internal static class MaskMatching
{
    /// <summary>Pairs of masks, the greatest IoU first. Equal IoUs are taken in the order of the lists.</summary>
    /// <param name="first">Masks.</param>
    /// <param name="second">Masks of the same size.</param>
    /// <param name="least">Least IoU of a pair, above 0 and at most 1.</param>
    /// <param name="cancellationToken">Checked for every mask of the first list.</param>
    public static IReadOnlyList<MatchedPair> Match(
        IReadOnlyList<RunLengths> first,
        IReadOnlyList<RunLengths> second,
        double least,
        CancellationToken cancellationToken = default)
    {
        var candidates = Candidates(first, second, least, cancellationToken);
        var isTaken = (First: new bool[first.Count], Second: new bool[second.Count]);
        var pairs = new List<MatchedPair>();
        foreach (var pair in candidates
            .OrderByDescending(pair => pair.IoU).ThenBy(pair => pair.First).ThenBy(pair => pair.Second))
        {
            if (!isTaken.First[pair.First] && !isTaken.Second[pair.Second])
            {
                (isTaken.First[pair.First], isTaken.Second[pair.Second]) = (true, true);
                pairs.Add(pair);
            }
        }

        return pairs;
    }

    private static List<MatchedPair> Candidates(
        IReadOnlyList<RunLengths> first,
        IReadOnlyList<RunLengths> second,
        double least,
        CancellationToken cancellationToken)
    {
        var boxes = second.Select(mask => mask.Box).ToArray();
        var candidates = new List<MatchedPair>();
        for (var i = 0; i < first.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var box = first[i].Box;
            for (var j = 0; j < second.Count; j++)
            {
                if (Overlap(box, boxes[j]) && first[i].IoU(second[j]) is var iou && iou >= least)
                {
                    candidates.Add(new(i, j, iou));
                }
            }
        }

        return candidates;
    }

    private static bool Overlap(PixelBox a, PixelBox b) =>
        a.X < b.X + b.Width && b.X < a.X + a.Width && a.Y < b.Y + b.Height && b.Y < a.Y + a.Height;
}
