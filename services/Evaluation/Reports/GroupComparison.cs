using Segmentation.Evaluation.Statistics;

namespace Segmentation.Evaluation.Reports;

/// <summary>A group against all masks that are in another group of the same column.</summary>
/// <param name="Group">The group, column=value.</param>
/// <param name="Metric">The figure that is compared.</param>
/// <param name="Difference">Mean of the group less the mean of the others.</param>
/// <param name="Interval">Interval of the difference, not corrected.</param>
/// <param name="PValue">Probability of such a difference by chance, corrected by Holm for all comparisons.</param>
public sealed record GroupComparison(
    string Group, string Metric, double Difference, Interval Interval, double PValue);
