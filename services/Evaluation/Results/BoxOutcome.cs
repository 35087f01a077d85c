using Segmentation.Evaluation.Prompting;

namespace Segmentation.Evaluation.Results;

/// <summary>How one object fared with a box.</summary>
/// <param name="Box">The box.</param>
/// <param name="Iou">True IoU of the mask.</param>
/// <param name="PredictedIou">The model's own estimate of it.</param>
/// <param name="BoundaryIou">Boundary IoU.</param>
/// <param name="Counts">The mask as COCO's string.</param>
public sealed record BoxOutcome(BoxCorners Box, double Iou, double PredictedIou, double BoundaryIou, string Counts);
