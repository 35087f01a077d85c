using Segmentation.Masks.Geometry;

namespace Segmentation.Masks;

/// <summary>A mask with its measures and the model's scores.</summary>
public abstract record ScoredMask
{
    /// <summary>The mask.</summary>
    public required RunLengths RunLengths { get; init; }

    /// <summary>Pixels inside.</summary>
    public required long Area { get; init; }

    /// <summary>Smallest box around the mask, its full extent in pixels; all zero for an empty mask.</summary>
    public required PixelBox Box { get; init; }

    /// <summary>
    /// The model's estimate of the mask's IoU with the object (<c>predicted_iou</c>): usually 0 to 1, not clamped.
    /// </summary>
    public required float PredictedIou { get; init; }

    /// <summary>
    /// IoU of the masks thresholded at plus and minus an offset in logits, 0 to 1; 0 if even the larger is empty
    /// (<c>calculate_stability_score</c> of segment-anything).
    /// </summary>
    public required float StabilityScore { get; init; }
}
