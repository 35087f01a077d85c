using Segmentation.Masks;
using Segmentation.Masks.Geometry;

namespace Segmentation.Evaluation.Geometry;

/// <summary>
/// Boundary IoU: the IoU of the bands along the inner edges of two masks, which also tells the quality of large and of
/// thin objects. A band is as wide as 2 % of the picture's diagonal, as in the paper of boundary IoU.
/// </summary>
internal static class BoundaryBand
{
    private const double Share = 0.02;

    /// <summary>Computes the boundary IoU, 0 to 1, of masks of one size; 0 without a common pixel.</summary>
    public static double IoU(RunLengths a, RunLengths b)
    {
        var union = Around(a.Box, b.Box);
        if (union.Width == 0)
        {
            return 0;
        }

        var reach = Reach(a.Width, a.Height);
        var (bandA, bandB) = (Of(a, union, reach), Of(b, union, reach));
        long both = 0, any = 0;
        for (var i = 0; i < bandA.Length; i++)
        {
            both += bandA[i] & bandB[i];
            any += bandA[i] | bandB[i];
        }

        return both == 0 ? 0 : (double)both / any;
    }

    /// <summary>Width of the band in pixels, at least 1.</summary>
    public static int Reach(int width, int height) =>
        Math.Max(1, (int)Math.Round(Share * Math.Sqrt((double)width * width + (double)height * height)));

    /// <summary>The mask without what remains of it after taking off its edge <paramref name="reach"/> times.</summary>
    private static byte[] Of(RunLengths mask, PixelBox box, int reach)
    {
        var pixels = PixelCrop.Of(mask, box);
        var kept = (byte[])pixels.Clone();
        for (var y = 0; y < box.Height; y++)
        {
            KeepFarFromEnds(kept, y * box.Width, 1, box.Width, reach);
        }

        for (var x = 0; x < box.Width; x++)
        {
            KeepFarFromEnds(kept, x, box.Width, box.Height, reach);
        }

        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] ^= kept[i];
        }

        return pixels;
    }

    /// <summary>Takes off <paramref name="reach"/> pixels from both ends of each run of a line.</summary>
    private static void KeepFarFromEnds(byte[] pixels, int start, int step, int length, int reach)
    {
        for (var i = 0; i < length;)
        {
            if (pixels[start + i * step] == 0)
            {
                i++;
                continue;
            }

            var end = i;
            while (end < length && pixels[start + end * step] != 0)
            {
                end++;
            }

            for (var at = i; at < end; at++)
            {
                pixels[start + at * step] = (byte)(at - i >= reach && end - 1 - at >= reach ? 1 : 0);
            }

            i = end;
        }
    }

    private static PixelBox Around(PixelBox a, PixelBox b)
    {
        if (a.Width == 0 || b.Width == 0)
        {
            return a.Width == 0 ? b : a;
        }

        var (left, top) = (Math.Min(a.X, b.X), Math.Min(a.Y, b.Y));
        return new(
            left,
            top,
            Math.Max(a.X + a.Width, b.X + b.Width) - left,
            Math.Max(a.Y + a.Height, b.Y + b.Height) - top);
    }
}
