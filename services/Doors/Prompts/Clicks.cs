using Segmentation.Masks;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Prompts;

/// <summary>Makes parts of prompts, and reads masks of answers.</summary>
internal static class Clicks
{
    /// <summary>A click on a picture's edge may lie half a pixel outside of it, as pixels are rounded.</summary>
    private const float HalfPixel = 0.5f;

    /// <summary>A point inside or outside of the object.</summary>
    public static Point Point(float x, float y, bool isInside) => new()
    {
        X = OntoEdge(x),
        Y = OntoEdge(y),
        Label = isInside ? PointLabel.Foreground : PointLabel.Background,
    };

    /// <summary>A box by two opposite corners, whichever.</summary>
    public static Box Box((float X, float Y) one, (float X, float Y) other) => new()
    {
        XMin = Math.Min(one.X, other.X),
        YMin = Math.Min(one.Y, other.Y),
        XMax = Math.Max(one.X, other.X),
        YMax = Math.Max(one.Y, other.Y),
    };

    /// <summary>A mask's runs.</summary>
    public static RunLengths Runs(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return RunLengths.FromCocoString((int)mask.Rle.Size[0], (int)mask.Rle.Size[1], mask.Rle.Counts);
    }

    private static float OntoEdge(float coordinate) => coordinate is < 0 and >= -HalfPixel ? 0 : coordinate;
}
