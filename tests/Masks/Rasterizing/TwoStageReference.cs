using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Tests.Rasterizing;

/// <summary>
/// The references' postprocess_masks, written as plainly as possible, every image in full. SAM 1: bilinear from 256 to
/// 1024, crop, bilinear to the image's size. SAM 2: bilinear from 256 to the image's size. Source positions are float32
/// as in PyTorch, values double.
/// </summary>
internal static class TwoStageReference
{
    public static double[] Postprocess(float[] logits, ImageGeometry geometry)
    {
        double[] source = [.. logits.Select(v => (double)v)];
        if (geometry.Resizing == Resizing.Stretch)
        {
            return Resize(source, 256, 256, geometry.Height, geometry.Width);
        }

        var square = Resize(source, 256, 256, 1024, 1024);
        var crop = new double[geometry.ResizedHeight * geometry.ResizedWidth];
        for (var i = 0; i < crop.Length; i++)
        {
            crop[i] = square[i / geometry.ResizedWidth * 1024 + i % geometry.ResizedWidth];
        }

        return Resize(crop, geometry.ResizedHeight, geometry.ResizedWidth, geometry.Height, geometry.Width);
    }

    private static double[] Resize(double[] source, int height, int width, int newHeight, int newWidth)
    {
        var result = new double[newHeight * newWidth];
        for (var y = 0; y < newHeight; y++)
        {
            var (top, bottom, down) = Taps(y, height, newHeight);
            for (var x = 0; x < newWidth; x++)
            {
                var (left, right, across) = Taps(x, width, newWidth);
                var upper = source[top * width + left] * (1 - across) + source[top * width + right] * across;
                var lower = source[bottom * width + left] * (1 - across) + source[bottom * width + right] * across;
                result[y * newWidth + x] = upper * (1 - down) + lower * down;
            }
        }

        return result;
    }

    private static (int Near, int Far, double Fraction) Taps(int pixel, int size, int newSize)
    {
        var position = MathF.Max((float)size / newSize * (pixel + 0.5f) - 0.5f, 0);
        var near = Math.Min((int)MathF.Floor(position), size - 1);
        return (near, Math.Min(near + 1, size - 1), Math.Clamp(position - near, 0, 1));
    }
}
