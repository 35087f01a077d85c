using Segmentation.Masks.Geometry;

namespace Segmentation.Sam.Images;

/// <summary>A mask read from a picture.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Inside">True for pixels inside, Height x Width in row-major order.</param>
public sealed record MaskImage(int Width, int Height, bool[] Inside)
{
    // About the largest logits of the decoder; SAM was trained with its own logits as mask prompts.
    private const float Certain = 10;
    private const int Side = ImageGeometry.LowResSide;

    /// <summary>
    /// Makes the logits of a mask prompt: the share of inner pixels under each low-resolution pixel, from -10 (none) to
    /// 10 (all). Padding is outside.
    /// </summary>
    /// <param name="resizing">The model's rule, by which the image becomes its square.</param>
    /// <returns>256 x 256 logits in row-major order over the model's square.</returns>
    public float[] ToLogits(Resizing resizing)
    {
        var geometry = new ImageGeometry(Width, Height, resizing);
        var logits = new float[Side * Side];
        logits.AsSpan().Fill(-Certain);
        var rows = (geometry.ResizedHeight + 3) / 4;
        var columns = (geometry.ResizedWidth + 3) / 4;
        for (var row = 0; row < rows; row++)
        {
            var (top, bottom) = Range(row, geometry.ResizedHeight, Height);
            for (var column = 0; column < columns; column++)
            {
                var (left, right) = Range(column, geometry.ResizedWidth, Width);
                var count = 0;
                for (var y = top; y < bottom; y++)
                {
                    for (var x = left; x < right; x++)
                    {
                        count += Inside[y * Width + x] ? 1 : 0;
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
