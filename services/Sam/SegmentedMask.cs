using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Masks.Polygons;


namespace Segmentation.Sam;

/// <summary>A mask of the upright image at its full size.</summary>
public sealed record SegmentedMask
{
    /// <summary>The decoder's output token: 0 for the single mask, 1 to 3 for the ambiguous ones.</summary>
    public required int Token { get; init; }

    /// <summary>The model's estimate of the mask's IoU with the object; usually 0 to 1, not clamped.</summary>
    public required float PredictedIou { get; init; }

    /// <summary>
    /// IoU of the mask thresholded at +1 with the mask thresholded at -1 logits, 0 to 1; 0 when even the larger is
    /// empty. Follows <c>calculate_stability_score</c> of segment-anything.
    /// </summary>
    public required float StabilityScore { get; init; }

    /// <summary>The mask in run lengths.</summary>
    public required RunLengths RunLengths { get; init; }

    /// <summary>Pixels inside the mask.</summary>
    public required long Area { get; init; }

    /// <summary>Smallest box around the mask; all zero for an empty mask.</summary>
    public required PixelBox Box { get; init; }

    /// <summary>PNG file, when asked for.</summary>
    public byte[]? Png { get; init; }

    /// <summary>Outlines, when asked for.</summary>
    public IReadOnlyList<MaskPolygon>? Polygons { get; init; }

    /// <summary>256 x 256 logits in row-major order over the padded square, when asked for.</summary>
    public float[]? Logits { get; init; }
}
