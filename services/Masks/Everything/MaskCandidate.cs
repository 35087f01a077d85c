using Segmentation.Masks.Geometry;


namespace Segmentation.Masks.Everything;

/// <summary>
/// A mask that one point gave and the filters let through, in pixels of its crop. Other points may have found the
/// same; which of them stays is decided when all of the crop's are there.
/// </summary>
public sealed record MaskCandidate
{
    /// <summary>Index of the point in its crop's grid.</summary>
    public required int Point { get; init; }

    /// <summary>The decoder's output token, 1 to 3.</summary>
    public required int Token { get; init; }

    /// <summary>The model's estimate of the mask's IoU with the object.</summary>
    public required float PredictedIou { get; init; }

    /// <summary>
    /// IoU of the masks thresholded at plus and minus <see cref="EverythingOptions.StabilityScoreOffset"/> logits, 0 to 1.
    /// </summary>
    public required float StabilityScore { get; init; }

    /// <summary>The mask, of the crop's size; never empty.</summary>
    public required RunLengths RunLengths { get; init; }

    /// <summary>Smallest box around the mask, in pixels of the crop.</summary>
    public required PixelBox Box { get; init; }
}
