using Segmentation.Masks.Everything;
using Segmentation.Sam.Images;

namespace Segmentation.Cli.Drawing;

/// <summary>Draws all masks of a picture on it, each in a colour of its own, small ones over large ones.</summary>
internal static class EverythingOverlay
{
    /// <summary>Draws on <paramref name="image"/> itself and returns it.</summary>
    /// <param name="image">The image at its full size.</param>
    /// <param name="masks">Masks of the image's size.</param>
    public static RgbImage Draw(RgbImage image, IReadOnlyList<EverythingMask> masks)
    {
        var canvas = new Canvas(image);
        // Thinner than the outline of a single answer: there are many.
        var line = Math.Max(1, Math.Max(image.Width, image.Height) / 800.0);
        var index = 0;
        foreach (var mask in masks.OrderByDescending(m => m.Area))
        {
            var (tint, outline) = Palette.Distinct(index++);
            MaskPainting.Paint(canvas, mask.RunLengths, tint, outline, line);
        }

        return image;
    }
}
