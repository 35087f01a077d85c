namespace Segmentation.Evaluation.Statistics;

/// <summary>Corrects p values for the number of comparisons, by Holm's step-down rule.</summary>
internal static class HolmCorrection
{
    /// <summary>Returns the corrected p values, in the order of the given ones.</summary>
    public static double[] Correct(IReadOnlyList<double> values)
    {
        var corrected = new double[values.Count];
        double most = 0;
        foreach (var (rank, place) in Enumerable.Range(0, values.Count).OrderBy(i => values[i]).Index())
        {
            most = Math.Max(most, Math.Min(1, values[place] * (values.Count - rank)));
            corrected[place] = most;
        }

        return corrected;
    }
}
