using Segmentation.Masks.Geometry;
using Segmentation.Sam.Images;
using Segmentation.Sam.Tests.Images;

namespace Segmentation.Sam.Tests.Published;

/// <summary>
/// The model's square of a picture as the references make it, written plainly: SAM 1's resizes to whole grey levels and
/// pads with zeros after normalising, SAM 2's stretches in floating point (here double).
/// </summary>
internal static class SquareReference
{
    private const int Side = ImageGeometry.ModelSide;
    private static readonly double[] _mean = [123.675, 116.28, 103.53];
    private static readonly double[] _deviation = [58.395, 57.12, 57.375];

    /// <summary>Stretches a picture to 1024 x 1024 grey levels a channel, RGB interleaved.</summary>
    public static double[] Stretch(RgbImage image)
    {
        var narrow = new double[image.Height * Side * 3];
        for (var x = 0; x < Side; x++)
        {
            var (first, weights) = Weights(x, image.Width);
            for (var i = 0; i < image.Height * 3; i++)
            {
                var (y, channel) = (i / 3, i % 3);
                for (var tap = 0; tap < weights.Length; tap++)
                {
                    narrow[(y * Side + x) * 3 + channel] +=
                        weights[tap] * image.Pixels[(y * image.Width + first + tap) * 3 + channel];
                }
            }
        }

        var square = new double[Side * Side * 3];
        for (var y = 0; y < Side; y++)
        {
            var (first, weights) = Weights(y, image.Height);
            for (var i = 0; i < Side * 3; i++)
            {
                for (var tap = 0; tap < weights.Length; tap++)
                {
                    square[y * Side * 3 + i] += weights[tap] * narrow[(first + tap) * Side * 3 + i];
                }
            }
        }

        return square;
    }

    /// <summary>Means of the normalised square over cells of a size, [3, cells, cells].</summary>
    public static double[] CellMeans(RgbImage image, Resizing resizing, int cell)
    {
        var geometry = new ImageGeometry(image.Width, image.Height, resizing);
        var levels = resizing == Resizing.Stretch
            ? Stretch(image)
            : Array.ConvertAll(
                PillowReference.Resize(image, geometry.ResizedWidth, geometry.ResizedHeight), level => (double)level);
        var cells = Side / cell;
        var means = new double[3 * cells * cells];
        for (var i = 0; i < levels.Length; i++)
        {
            var (pixel, channel) = (i / 3, i % 3);
            var (y, x) = (pixel / geometry.ResizedWidth, pixel % geometry.ResizedWidth);
            means[(channel * cells + y / cell) * cells + x / cell] +=
                (levels[i] - _mean[channel]) / _deviation[channel] / (cell * cell);
        }

        return means;
    }

    private static (int First, double[] Weights) Weights(int output, int available)
    {
        var scale = (double)available / Side;
        var support = Math.Max(scale, 1.0);
        var center = (output + 0.5) * scale;
        var first = Math.Max((int)(center - support + 0.5), 0);
        var end = Math.Min((int)(center + support + 0.5), available);
        var shares = Enumerable.Range(first, end - first)
            .Select(source => Math.Max(0.0, 1.0 - Math.Abs((source - center + 0.5) / support)))
            .ToArray();
        return (first, Array.ConvertAll(shares, share => share / shares.Sum()));
    }
}
