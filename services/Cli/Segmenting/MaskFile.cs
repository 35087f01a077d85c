using System.Runtime.InteropServices;
using Segmentation.Sam.Images;

namespace Segmentation.Cli.Segmenting;

/// <summary>Reads a mask prompt: logits as <c>--logits</c> writes them, or a picture that is white inside.</summary>
internal static class MaskFile
{
    private const int Side = ImageGeometry.LowResSide;

    // The decoder's own logits saturate about there; SAM was trained on its own logits as mask prompts.
    private const float Certain = 10;

    public static float[] Read(FileInfo file, ImageHeader image, CancellationToken cancellationToken)
    {
        var bytes = File.ReadAllBytes(file.FullName);
        if (bytes.Length == Side * Side * sizeof(float))
        {
            return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        }

        RgbImage picture;
        try
        {
            picture = ImageReader.ReadFull(bytes, ImageLimits.Default, cancellationToken);
        }
        catch (ImageException error)
        {
            throw new CliException(
                $"{file} is neither a logits file ({Side * Side * sizeof(float)} bytes) nor a picture: {error.Message}",
                innerException: error);
        }

        if (picture.Width != image.Width || picture.Height != image.Height)
        {
            throw new CliException($"The mask {file} has {picture.Width} x {picture.Height} pixels, the image "
                + $"{image.Width} x {image.Height}: they must be the same.");
        }

        return ToLogits(picture);
    }

    /// <summary>Share of white pixels under each low-resolution pixel, from -10 (none) to 10 (all).</summary>
    private static float[] ToLogits(RgbImage picture)
    {
        var geometry = new ImageGeometry(picture.Width, picture.Height);
        var logits = new float[Side * Side];
        logits.AsSpan().Fill(-Certain);
        var rows = (geometry.ResizedHeight + 3) / 4;
        var columns = (geometry.ResizedWidth + 3) / 4;
        for (var row = 0; row < rows; row++)
        {
            var (top, bottom) = Range(row, geometry.ResizedHeight, picture.Height);
            for (var column = 0; column < columns; column++)
            {
                var (left, right) = Range(column, geometry.ResizedWidth, picture.Width);
                var inside = 0;
                for (var y = top; y < bottom; y++)
                {
                    for (var x = left; x < right; x++)
                    {
                        inside += picture.Pixels[(y * picture.Width + x) * 3] >= 128 ? 1 : 0;
                    }
                }

                var share = (float)inside / ((bottom - top) * (right - left));
                logits[row * Side + column] = (2 * share - 1) * Certain;
            }
        }

        return logits;
    }

    /// <summary>Image pixels under a low-resolution pixel; at least one.</summary>
    private static (int Start, int End) Range(int index, int resized, int original)
    {
        var scale = 4.0 * original / resized;
        var start = Math.Min((int)(index * scale), original - 1);
        return (start, Math.Clamp((int)((index + 1) * scale), start + 1, original));
    }
}
