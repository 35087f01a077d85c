namespace Segmentation.Evaluation.Matching;

/// <summary>
/// Matches found masks with true ones as COCOeval does: in the order of their scores, each takes the true mask that is
/// left with which its IoU is highest, if that is high enough. There are no crowds.
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
    /// <param name="truths">Number of true masks.</param>
    /// <param name="threshold">Least IoU.</param>
    /// <returns>For each found mask its true mask, or <see cref="None"/>; of equal IoUs the last wins.</returns>
    public static int[] Match(IReadOnlyList<double[]> ious, int truths, double threshold)
    {
        var isTaken = new bool[truths];
        var matches = new int[ious.Count];
        for (var found = 0; found < ious.Count; found++)
        {
            var (best, match) = (Math.Min(threshold, AlmostOne), None);
            for (var truth = 0; truth < truths; truth++)
            {
                if (!isTaken[truth] && ious[found][truth] >= best)
                {
                    (best, match) = (ious[found][truth], truth);
                }
            }

            matches[found] = match;
            if (match != None)
            {
                isTaken[match] = true;
            }
        }

        return matches;
    }
}
