using Segmentation.Sam.Images;

namespace Segmentation.Cli.Drawing;

/// <summary>Two pictures of one height, the first to the left of the second, with a white strip between.</summary>
internal static class PicturePair
{
    /// <summary>Columns of the strip.</summary>
    public const int Gap = 8;

    /// <summary>Draws both pictures into a new one.</summary>
    /// <param name="left">The left one.</param>
    /// <param name="right">The right one, as high as the left one.</param>
    public static RgbImage Draw(RgbImage left, RgbImage right)
    {
        var width = left.Width + Gap + right.Width;
        var pixels = new byte[left.Height * width * 3];
        pixels.AsSpan().Fill(byte.MaxValue);
        for (var y = 0; y < left.Height; y++)
        {
            var row = pixels.AsSpan(y * width * 3, width * 3);
            left.Pixels.AsSpan(y * left.Width * 3, left.Width * 3).CopyTo(row);
            right.Pixels.AsSpan(y * right.Width * 3, right.Width * 3).CopyTo(row[((left.Width + Gap) * 3)..]);
        }

        return new RgbImage(width, left.Height, pixels);
    }
}
