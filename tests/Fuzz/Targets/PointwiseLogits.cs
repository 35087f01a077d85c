using Segmentation.Masks.Geometry;

namespace Segmentation.Fuzz.Targets;

/// <summary>
/// The reference's postprocess_masks for one pixel at a time: bilinear from 256 to 1024, crop, bilinear to the image's
/// size. Positions are float32 as in PyTorch, values double.
/// </summary>
internal sealed class PointwiseLogits(float[] logits, ImageGeometry geometry)
{
    /// <summary>The image.</summary>
    public ImageGeometry Geometry => geometry;

    /// <summary>The logit of a pixel, and the largest magnitude of those that it is made of.</summary>
    public (double Value, double Largest) At(int x, int y)
    {
        var (top, bottom, down) = Taps(y, geometry.ResizedHeight, geometry.Height);
        var (left, right, across) = Taps(x, geometry.ResizedWidth, geometry.Width);
        (double Value, double Largest)[] corners =
            [OfSquare(left, top), OfSquare(right, top), OfSquare(left, bottom), OfSquare(right, bottom)];
        var upper = (corners[0].Value * (1 - across)) + (corners[1].Value * across);
        var lower = (corners[2].Value * (1 - across)) + (corners[3].Value * across);
        return ((upper * (1 - down)) + (lower * down), corners.Max(corner => corner.Largest));
    }

    private (double Value, double Largest) OfSquare(int x, int y)
    {
        const int Side = ImageGeometry.LowResSide;
        var (top, bottom, down) = Taps(y, Side, ImageGeometry.ModelSide);
        var (left, right, across) = Taps(x, Side, ImageGeometry.ModelSide);
        double[] taps =
        [
            logits[(top * Side) + left], logits[(top * Side) + right],
            logits[(bottom * Side) + left], logits[(bottom * Side) + right],
        ];
        var upper = (taps[0] * (1 - across)) + (taps[1] * across);
        var lower = (taps[2] * (1 - across)) + (taps[3] * across);
        return ((upper * (1 - down)) + (lower * down), taps.Max(Math.Abs));
    }

    private static (int Near, int Far, double Fraction) Taps(int pixel, int size, int newSize)
    {
        var position = MathF.Max(((float)size / newSize * (pixel + 0.5f)) - 0.5f, 0);
        var near = Math.Min((int)MathF.Floor(position), size - 1);
        return (near, Math.Min(near + 1, size - 1), Math.Clamp(position - near, 0, 1));
    }
}
