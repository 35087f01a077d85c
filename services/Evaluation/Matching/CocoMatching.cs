namespace Segmentation.Evaluation.Matching;

/// <summary>
/// Matches found masks with true ones as COCOeval does: in the order of their scores, each takes the true mask that is
/// left with which its IoU is highest, if that is high enough.
/// </summary>
internal static class CocoMatching
{
    /// <summary>No match.</summary>
    public const int None = -1;

    // COCOeval's: an IoU of 1 is found at every threshold.
    private const double AlmostOne = 1 - 1e-10;

    /// <summary>The thresholds of COCO's averages, 0.50 to 0.95, as NumPy's <c>linspace</c> rounds them.</summary>
    public static IReadOnlyList<double> Thresholds { get; } =
        [.. Enumerable.Range(0, 9).Select(i => 0.5 + i * ((0.95 - 0.5) / 9)), 0.95];

    /// <summary>Matches at one threshold.</summary>
    /// <param name="ious">IoU of each found mask, by falling score, with each true mask.</param>
    /// <param name="truths">True masks in their order, those that are ignored last.</param>
    /// <param name="threshold">Least IoU.</param>
    /// <returns>For each found mask the place of its true mask, or <see cref="None"/>.</returns>
    public static int[] Match(IReadOnlyList<double[]> ious, IReadOnlyList<MatchedTruth> truths, double threshold)
    {
        var isTaken = new bool[truths.Count];
        var matches = new int[ious.Count];
        for (var found = 0; found < ious.Count; found++)
        {
            var best = Math.Min(threshold, AlmostOne);
            var match = None;
            for (var i = 0; i < truths.Count; i++)
            {
                var truth = truths[i];
                if (isTaken[truth.Place] && !truth.IsCrowd)
                {
                    continue;
                }

                // Of the others, none is worth a real match.
                if (match != None && truth.IsIgnored && !truths[match].IsIgnored)
                {
                    break;
                }

                if (ious[found][truth.Place] >= best)
                {
                    (best, match) = (ious[found][truth.Place], i);
                }
            }

            matches[found] = match == None ? None : truths[match].Place;
            if (match != None)
            {
                isTaken[truths[match].Place] = true;
            }
        }

        return matches;
    }
}
