namespace Segmentation.Evaluation.Results;

/// <summary>Outcome of one object where everything in its picture was looked for, without a prompt.</summary>
/// <param name="Iou">IoU of the mask that was paired with it one to one; 0: none.</param>
/// <param name="PredictedIou">The model's own estimate of it; 0: none.</param>
/// <param name="Recall">Share of the ten thresholds 0.50, 0.55, ..., 0.95 at which COCO's matching finds it.</param>
/// <param name="Found">Masks that were found in the picture, after the limit of their number.</param>
/// <param name="Truths">True masks of the picture.</param>
/// <param name="Counts">The paired mask as COCO's string; an empty mask where there is none.</param>
public sealed record FoundOutcome(
    double Iou, double PredictedIou, double Recall, int Found, int Truths, string Counts);
