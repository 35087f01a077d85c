using Segmentation.Masks.Geometry;


namespace Segmentation.Masks.Everything;

/// <summary>A mask of everything in the picture, in pixels of the whole image, with what SA-1B says of one.</summary>
public sealed record EverythingMask
{
    /// <summary>The mask, of the image's size; never empty.</summary>
    public required RunLengths RunLengths { get; init; }

    /// <summary>Pixels inside (<c>area</c>).</summary>
    public required long Area { get; init; }

    /// <summary>
    /// Smallest box around the mask, its full extent. SA-1B's <c>bbox</c> ends with the last pixel: its width and
    /// height are one less.
    /// </summary>
    public required PixelBox Box { get; init; }

    /// <summary>The model's estimate of the mask's IoU with the object (<c>predicted_iou</c>).</summary>
    public required float PredictedIou { get; init; }

    /// <summary>IoU of the mask with itself at another threshold (<c>stability_score</c>), 0 to 1.</summary>
    public required float StabilityScore { get; init; }

    /// <summary>Pixels from the image's left edge of the point that found the mask (<c>point_coords</c>).</summary>
    public required double PointX { get; init; }

    /// <summary>Pixels from the image's top edge of that point.</summary>
    public required double PointY { get; init; }

    /// <summary>The crop in which it was found (<c>crop_box</c>).</summary>
    public required PixelBox CropBox { get; init; }
}
