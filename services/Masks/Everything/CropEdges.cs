using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Everything;

/// <summary>
/// Test for masks that end at an inner edge of their crop: <c>is_box_near_crop_edge</c> of segment-anything. They are
/// parts of objects that a neighbouring crop or the whole image shows better.
/// </summary>
public static class CropEdges
{
    /// <summary>Pixels from an edge that count as near it (<c>atol</c>).</summary>
    public const int Tolerance = 20;

    /// <summary>Returns true if a box is near an inner edge of its crop.</summary>
    /// <param name="box">A box in pixels of the crop.</param>
    /// <param name="crop">The crop's place in the image.</param>
    /// <param name="width">Width of the image.</param>
    /// <param name="height">Height of the image.</param>
    public static bool IsTouched(PixelBox box, PixelBox crop, int width, int height) =>
        // As in the reference a box ends with its last pixel, a crop and an image one behind it.
        IsTouched(crop.X + box.X, crop.X, 0)
        || IsTouched(crop.Y + box.Y, crop.Y, 0)
        || IsTouched(crop.X + box.X + box.Width - 1, crop.X + crop.Width, width)
        || IsTouched(crop.Y + box.Y + box.Height - 1, crop.Y + crop.Height, height);

    private static bool IsTouched(int boxEdge, int cropEdge, int imageEdge) =>
        Math.Abs(boxEdge - cropEdge) <= Tolerance && Math.Abs(boxEdge - imageEdge) > Tolerance;
}
