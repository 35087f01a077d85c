namespace Segmentation.Evaluation.Statistics;

/// <summary>Masks of which the model promises about the same.</summary>
/// <param name="From">Lower end of the bin.</param>
/// <param name="Masks">Number of masks.</param>
/// <param name="Predicted">Mean estimate.</param>
/// <param name="Iou">Mean true IoU.</param>
public sealed record CalibrationBin(double From, int Masks, double Predicted, double Iou);
