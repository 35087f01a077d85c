using Segmentation.Masks;
using Segmentation.Masks.Geometry;

namespace Segmentation.Evaluation.Geometry;

/// <summary>Pixels of a part of a mask.</summary>
internal static class PixelCrop
{
    /// <summary>Writes the pixels within a box: its height x its width bytes in row-major order; 1 is inside.</summary>
    public static byte[] Of(RunLengths mask, PixelBox box)
    {
        var pixels = new byte[box.Width * box.Height];
        var counts = mask.AsSpan();
        long at = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            if ((i & 1) != 0)
            {
                Fill(pixels, box, at, at + counts[i], mask.Height);
            }

            at += counts[i];
        }

        return pixels;
    }

    private static void Fill(byte[] pixels, PixelBox box, long from, long to, int height)
    {
        // Runs go down columns, and may go on in the next one.
        for (var at = from; at < to;)
        {
            var (x, y) = ((int)(at / height), (int)(at % height));
            var end = (int)Math.Min(height, y + (to - at));
            if (x >= box.X && x < box.X + box.Width)
            {
                for (var row = Math.Max(y, box.Y); row < Math.Min(end, box.Y + box.Height); row++)
                {
                    pixels[(row - box.Y) * box.Width + x - box.X] = 1;
                }
            }

            at += end - y;
        }
    }
}
