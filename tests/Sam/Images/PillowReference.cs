using Segmentation.Sam.Images;

namespace Segmentation.Sam.Tests.Images;

/// <summary>
/// Pillow's <c>Image.resize(size, BILINEAR)</c> on 8-bit RGB written as plainly as it is defined: every output pixel
/// from all source pixels of its row, then of its column.
/// </summary>
internal static class PillowReference
{
    public static byte[] Resize(RgbImage image, int width, int height) =>
        Resize(image, width, height, image.Width, image.Height);

    /// <summary>The same with a box (0, 0, extentX, extentY) instead of the whole image.</summary>
    public static byte[] Resize(RgbImage image, int width, int height, double extentX, double extentY)
    {
        var narrow = new byte[image.Height * width * 3];
        for (var x = 0; x < width; x++)
        {
            var (first, weights) = Weights(x, width, extentX, image.Width);
            for (var y = 0; y < image.Height; y++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    var from = (y * image.Width + first) * 3 + channel;
                    narrow[(y * width + x) * 3 + channel] = Mix(image.Pixels, from, step: 3, weights);
                }
            }
        }

        var resized = new byte[height * width * 3];
        for (var y = 0; y < height; y++)
        {
            var (first, weights) = Weights(y, height, extentY, image.Height);
            for (var column = 0; column < width * 3; column++)
            {
                resized[y * width * 3 + column] = Mix(narrow, first * width * 3 + column, width * 3, weights);
            }
        }

        return resized;
    }

    private static (int First, long[] Weights) Weights(int output, int outputs, double extent, int available)
    {
        var scale = extent / outputs;
        var support = Math.Max(scale, 1.0);
        var center = (output + 0.5) * scale;
        var first = Math.Max((int)(center - support + 0.5), 0);
        var end = Math.Min((int)(center + support + 0.5), available);
        var shares = Enumerable.Range(first, end - first)
            .Select(source => Math.Max(0.0, 1.0 - Math.Abs((source - center + 0.5) * (1.0 / support))))
            .ToArray();
        var total = shares.Sum();
        return (first, Array.ConvertAll(shares, share => (long)(0.5 + share / total * (1 << 22))));
    }

    private static byte Mix(byte[] levels, int from, int step, long[] weights)
    {
        var sum = 1L << 21;
        for (var tap = 0; tap < weights.Length; tap++)
        {
            sum += levels[from + tap * step] * weights[tap];
        }

        return (byte)Math.Clamp(sum >> 22, 0, 255);
    }
}
