using Segmentation.Sam.Masks;

namespace Segmentation.Sam;

/// <summary>What to make of a prompt.</summary>
public sealed record SegmentOptions
{
    /// <summary>Three masks for an ambiguous prompt, run lengths only.</summary>
    public static SegmentOptions Default { get; } = new();

    /// <summary>How many masks.</summary>
    public MaskCount MaskCount { get; init; }

    /// <summary>
    /// Which forms besides run lengths. With <see cref="MaskForms.Logits"/> the padded part of the square is decoded
    /// too, which costs up to a third more for images that are not square.
    /// </summary>
    public MaskForms Forms { get; init; }

    /// <summary>
    /// Many prompts on the image are coming, a dozen or more: what makes prompts of up to six points less work is made of
    /// the image first, unless it is there. For the same prompts it has to be the same, since it changes the rounding.
    /// </summary>
    public bool UseImageProjections { get; init; }
}
