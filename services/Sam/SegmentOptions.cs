using Segmentation.Masks;

namespace Segmentation.Sam;

/// <summary>Number and forms of the masks of a request.</summary>
public sealed record SegmentOptions
{
    /// <summary>Three masks for an ambiguous prompt, run lengths only.</summary>
    public static SegmentOptions Default { get; } = new();

    /// <summary>Number of masks.</summary>
    public MaskCount MaskCount { get; init; }

    /// <summary>
    /// Forms of masks besides run lengths. With <see cref="MaskForms.Logits"/> the padded part of the square is decoded
    /// too, which costs up to a third more for images that are not square.
    /// </summary>
    public MaskForms Forms { get; init; }

    /// <summary>
    /// Computes and caches the image projections, with which prompts of up to six points are less work: pays off from
    /// about a dozen prompts on an image. Projections change the rounding, so the same request must set this always or
    /// never.
    /// </summary>
    public bool UseImageProjections { get; init; }
}
