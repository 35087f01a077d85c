namespace Segmentation.Evaluation.Statistics;

/// <summary>Interval that holds a mean with a probability of 95 %.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Interval(double Low, double High);
