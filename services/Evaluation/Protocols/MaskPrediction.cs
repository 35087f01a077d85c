using Segmentation.Masks;

namespace Segmentation.Evaluation.Protocols;

/// <summary>A mask that the model answered.</summary>
/// <param name="Mask">The mask at the picture's size.</param>
/// <param name="PredictedIou">The model's own estimate of its IoU.</param>
/// <param name="Logits">256 x 256 logits, where they were asked for.</param>
public sealed record MaskPrediction(RunLengths Mask, float PredictedIou, ReadOnlyMemory<float>? Logits);
