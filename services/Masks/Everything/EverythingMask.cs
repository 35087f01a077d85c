using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Everything;

/// <summary>
/// A mask of everything in the image, never empty, in pixels of the whole image, with the fields of an annotation of
/// SA-1B. SA-1B's <c>bbox</c> ends with the last pixel: its width and height are one less than those of
/// <see cref="ScoredMask.Box"/>.
/// </summary>
public sealed record EverythingMask : ScoredMask
{
    /// <summary>Pixels from the image's left edge of the point that found the mask (<c>point_coords</c>).</summary>
    public required double PointX { get; init; }

    /// <summary>Pixels from the image's top edge of that point.</summary>
    public required double PointY { get; init; }

    /// <summary>The crop in which the mask was found (<c>crop_box</c>).</summary>
    public required PixelBox CropBox { get; init; }
}
