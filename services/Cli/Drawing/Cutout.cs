using Segmentation.Masks;
using Segmentation.Masks.Png;
using Segmentation.Sam.Images;

namespace Segmentation.Cli.Drawing;

/// <summary>Cuts objects out, cropped to their box and transparent around them.</summary>
internal static class Cutout
{
    /// <summary>Draws the union of the masks.</summary>
    /// <param name="image">The image at its full size.</param>
    /// <param name="masks">At least one mask of the image's size.</param>
    /// <returns>A PNG file with alpha, or null when all masks are empty.</returns>
    public static byte[]? Draw(RgbImage image, IReadOnlyList<RunLengths> masks)
    {
        var inside = new byte[image.Width * image.Height];
        var (left, top, right, bottom) = (image.Width, image.Height, 0, 0);
        foreach (var mask in masks.Where(m => m.Area > 0))
        {
            var bytes = mask.ToBytes();
            for (var i = 0; i < bytes.Length; i++)
            {
                inside[i] |= bytes[i];
            }

            var box = mask.Box;
            (left, top) = (Math.Min(left, box.X), Math.Min(top, box.Y));
            (right, bottom) = (Math.Max(right, box.X + box.Width), Math.Max(bottom, box.Y + box.Height));
        }

        if (right == 0)
        {
            return null;
        }

        var (width, height) = (right - left, bottom - top);
        var pixels = new byte[width * height * 4];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var source = (y + top) * image.Width + x + left;
                var target = (y * width + x) * 4;
                image.Pixels.AsSpan(source * 3, 3).CopyTo(pixels.AsSpan(target));
                pixels[target + 3] = inside[source] == 0 ? (byte)0 : (byte)255;
            }
        }

        return PngWriter.Rgba(width, height, pixels);
    }
}
