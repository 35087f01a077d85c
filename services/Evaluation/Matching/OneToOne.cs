namespace Segmentation.Evaluation.Matching;

/// <summary>
/// Pairs found masks with true ones, the pair with the highest IoU first. What is found at a threshold is then the pairs
/// that reach it, for all thresholds at once. From 0.5 on, no pairing finds more of true masks that do not overlap: a mask
/// that shares more than half of itself with one of them cannot do so with another.
/// </summary>
internal static class OneToOne
{
    /// <summary>Pairs masks.</summary>
    /// <param name="ious">IoU of each found mask with each true mask.</param>
    /// <param name="truths">Number of true masks.</param>
    /// <returns>For each true mask its found mask, or -1; of equal IoUs the first found and the first true one win.</returns>
    public static int[] Pair(IReadOnlyList<double[]> ious, int truths)
    {
        var pairs = new List<(double Iou, int Found, int Truth)>();
        for (var found = 0; found < ious.Count; found++)
        {
            for (var truth = 0; truth < truths; truth++)
            {
                if (ious[found][truth] > 0)
                {
                    pairs.Add((ious[found][truth], found, truth));
                }
            }
        }

        var foundOf = new int[truths];
        Array.Fill(foundOf, -1);
        var isTaken = new bool[ious.Count];
        foreach (var (_, found, truth) in pairs.OrderByDescending(pair => pair.Iou)
            .ThenBy(pair => pair.Found).ThenBy(pair => pair.Truth))
        {
            if (!isTaken[found] && foundOf[truth] < 0)
            {
                (foundOf[truth], isTaken[found]) = (found, true);
            }
        }

        return foundOf;
    }
}
