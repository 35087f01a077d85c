using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Everything;

/// <summary>Boxes of the crops of an image: <c>generate_crop_boxes</c> of segment-anything.</summary>
internal static class CropBoxes
{
    /// <summary>Generates the whole image, then (2^i)^2 overlapping crops for layer i, column by column.</summary>
    /// <remarks>
    /// In images of a few pixels some crops have no pixels; the reference fails on these, here they are left out.
    /// </remarks>
    public static IEnumerable<(PixelBox Box, int Layer)> Generate(
        int width, int height, int layers, double overlapRatio)
    {
        yield return (new(0, 0, width, height), 0);
        var shortSide = Math.Min(width, height);
        for (var layer = 1; layer <= layers; layer++)
        {
            var cropsPerSide = 1 << layer;
            var overlap = (int)(overlapRatio * shortSide * (2.0 / cropsPerSide));
            var cropWidth = CropLength(width, cropsPerSide, overlap);
            var cropHeight = CropLength(height, cropsPerSide, overlap);
            for (var column = 0; column < cropsPerSide; column++)
            {
                for (var row = 0; row < cropsPerSide; row++)
                {
                    var (x, y) = (column * (cropWidth - overlap), row * (cropHeight - overlap));
                    var (right, bottom) = (Math.Min(x + cropWidth, width), Math.Min(y + cropHeight, height));
                    if (x < right && y < bottom)
                    {
                        yield return (new(x, y, right - x, bottom - y), layer);
                    }
                }
            }
        }
    }

    private static int CropLength(int length, int crops, int overlap) =>
        (int)Math.Ceiling(((double)overlap * (crops - 1) + length) / crops);
}
