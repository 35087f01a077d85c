using System.Numerics.Tensors;
using Segmentation.Masks;
using Segmentation.Masks.Everything;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Decoding;

namespace Segmentation.Sam.Everything;

/// <summary>
/// Finds points that would probably find the same masks as a decoded point, by the cosine of the image tokens at both
/// points. A lower cosine suffices for points inside the smallest mask found.
/// </summary>
internal static class PointExplanation
{
    // docs/everything.md has the recall that these values give.
    private const float Alike = 0.9f;
    private const float AlikeWhereCovered = 0.8f;

    private const int Channels = 256;

    /// <summary>Adds the points of later rounds that a decoded point explains.</summary>
    /// <param name="image">The crop.</param>
    /// <param name="crop">The crop's grid.</param>
    /// <param name="point">The point decoded.</param>
    /// <param name="found">Masks of the point that passed the filters.</param>
    /// <param name="explained">Receives the points.</param>
    public static void Add(
        PreparedImage image,
        EverythingCrop crop,
        int point,
        IEnumerable<MaskCandidate> found,
        ISet<int> explained)
    {
        var token = Token(image, crop, point);
        var smallest = new Lazy<RunLengthLookup?>(() =>
            found.MinBy(m => m.RunLengths.Area) is { } mask ? new(mask.RunLengths) : null);
        foreach (var other in crop.LaterPointsNear(point))
        {
            var cosine = TensorPrimitives.CosineSimilarity(token, Token(image, crop, other));
            if (cosine > Alike
                || (cosine > AlikeWhereCovered && smallest.Value is { } mask && Covers(mask, crop, other)))
            {
                explained.Add(other);
            }
        }
    }

    private static bool Covers(RunLengthLookup mask, EverythingCrop crop, int point)
    {
        var (x, y) = crop.PointInCrop(point);
        return mask.Covers(Math.Min((int)x, crop.Box.Width - 1), Math.Min((int)y, crop.Box.Height - 1));
    }

    /// <summary>Returns the image token of the grid cell that a point lies in.</summary>
    private static float[] Token(PreparedImage image, EverythingCrop crop, int point)
    {
        var (x, y) = crop.PointInCrop(point);
        var (column, row) = (Cell(image.Geometry.ToModelX((float)x)), Cell(image.Geometry.ToModelY((float)y)));
        var token = new float[Channels];
        for (var channel = 0; channel < Channels; channel++)
        {
            token[channel] = image.TokensOf(row, channel)[column];
        }

        return token;
    }

    private static int Cell(float modelPixel) => Math.Min(
        (int)(modelPixel / (ImageGeometry.ModelSide / ImageGeometry.GridSide)), ImageGeometry.GridSide - 1);
}
