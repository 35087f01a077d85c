using System.Runtime.InteropServices;
using Segmentation.Cli.Commands;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Cli.Segmenting;

/// <summary>Reads a mask prompt: logits as <c>--logits</c> writes them, or a picture of two values.</summary>
internal static class MaskFile
{
    private const int Side = ImageGeometry.LowResSide;

    // About the largest logits of the decoder; SAM was trained with its own logits as mask prompts.
    private const float Certain = 10;

    public static float[] Read(FileInfo file, ImageHeader image, CancellationToken cancellationToken)
    {
        var bytes = File.ReadAllBytes(file.FullName);
        if (bytes.Length == Side * Side * sizeof(float))
        {
            return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        }

        MaskImage mask;
        try
        {
            mask = ImageReader.ReadMask(bytes, ImageLimits.Default, cancellationToken);
        }
        catch (ImageException error)
        {
            throw new CliException(
                $"{file} is neither a logits file ({Side * Side * sizeof(float)} bytes) nor a mask: {error.Message}",
                innerException: error);
        }

        if (mask.Width != image.Width || mask.Height != image.Height)
        {
            throw new CliException($"The mask {file} has {mask.Width} x {mask.Height} pixels, the image "
                + $"{image.Width} x {image.Height}: they must be the same.");
        }

        return ToLogits(mask.Inside, mask.Width, mask.Height);
    }

    /// <summary>Share of inner pixels under each low-resolution pixel, from -10 (none) to 10 (all).</summary>
    private static float[] ToLogits(bool[] inside, int width, int height)
    {
        var geometry = new ImageGeometry(width, height);
        var logits = new float[Side * Side];
        logits.AsSpan().Fill(-Certain);
        var rows = (geometry.ResizedHeight + 3) / 4;
        var columns = (geometry.ResizedWidth + 3) / 4;
        for (var row = 0; row < rows; row++)
        {
            var (top, bottom) = Range(row, geometry.ResizedHeight, height);
            for (var column = 0; column < columns; column++)
            {
                var (left, right) = Range(column, geometry.ResizedWidth, width);
                var count = 0;
                for (var y = top; y < bottom; y++)
                {
                    for (var x = left; x < right; x++)
                    {
                        count += inside[y * width + x] ? 1 : 0;
                    }
                }

                var share = (float)count / ((bottom - top) * (right - left));
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
