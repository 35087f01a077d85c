using Segmentation.Evaluation.Statistics;

namespace Segmentation.Evaluation.Reports;

/// <summary>The value of a figure.</summary>
/// <param name="Mean">Mean over masks.</param>
/// <param name="Interval">Its interval; null with a single picture.</param>
/// <param name="Masks">Number of masks.</param>
/// <param name="Pictures">Number of their pictures.</param>
public sealed record Figure(double Mean, Interval? Interval, int Masks, int Pictures);
