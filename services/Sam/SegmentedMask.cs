using Segmentation.Masks;
using Segmentation.Masks.Polygons;

namespace Segmentation.Sam;

/// <summary>A mask of the upright image at its full size, with a stability score at 1 logit.</summary>
public sealed record SegmentedMask : ScoredMask
{
    /// <summary>The decoder's output token: 0 for the single mask, 1 to 3 for the ambiguous ones.</summary>
    public required int Token { get; init; }

    /// <summary>
    /// Logit of the prompted object being in the image, above 0 where it is; null for models that do not predict it
    /// (SAM 2 does).
    /// </summary>
    public float? ObjectScoreLogit { get; init; }

    /// <summary>PNG file, when asked for.</summary>
    public byte[]? Png { get; init; }

    /// <summary>Outlines, when asked for.</summary>
    public IReadOnlyList<MaskPolygon>? Polygons { get; init; }

    /// <summary>256 x 256 logits in row-major order over the model's square, when asked for.</summary>
    public float[]? Logits { get; init; }
}
