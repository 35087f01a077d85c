using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Outlines;

/// <summary>One region of a mask: its outer ring, and the rings of its holes.</summary>
/// <param name="Outer">x0, y0, x1, y1, ... in pixels, along the edges of pixels; the last corner is joined to the first.</param>
/// <param name="Holes">The holes' rings, in the same form.</param>
public sealed record MaskOutline(IReadOnlyList<float> Outer, IReadOnlyList<IReadOnlyList<float>> Holes)
{
    /// <summary>Pixels within the outer ring, holes included.</summary>
    public double Area => Math.Abs(Enumerable.Range(0, Outer.Count / 2).Sum(Cross)) / 2;

    /// <summary>Length of the outer ring in pixels.</summary>
    public double Length => Enumerable.Range(0, Outer.Count / 2).Sum(corner =>
    {
        var (x, y, nextX, nextY) = EdgeAt(corner);
        return Math.Sqrt(((nextX - x) * (nextX - x)) + ((nextY - y) * (nextY - y)));
    });

    /// <summary>The regions of a mask whose polygons were asked for.</summary>
    /// <param name="mask">The mask: each outer ring is followed by those of its holes.</param>
    public static IReadOnlyList<MaskOutline> Of(Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        List<MaskOutline> regions = [];
        List<IReadOnlyList<float>> holes = [];
        foreach (var ring in mask.Polygons)
        {
            if (!ring.Hole)
            {
                holes = [];
                regions.Add(new(ring.Coordinates, holes));
            }
            else
            {
                holes.Add(ring.Coordinates);
            }
        }

        return regions;
    }

    /// <summary>
    /// The regions that are worth an outline of their own: those of at least a fifth of their average area, which leaves
    /// out specks.
    /// </summary>
    public static IReadOnlyList<MaskOutline> WithoutSpecks(IReadOnlyList<MaskOutline> regions)
    {
        const double Least = 0.2;
        ArgumentNullException.ThrowIfNull(regions);
        if (regions.Count == 0)
        {
            return regions;
        }

        var average = regions.Average(region => region.Area);
        return [.. regions.Where(region => region.Area > Least * average)];
    }

    private double Cross(int corner)
    {
        var (x, y, nextX, nextY) = EdgeAt(corner);
        return (x * nextY) - (nextX * y);
    }

    private (double X, double Y, double NextX, double NextY) EdgeAt(int corner)
    {
        var next = (2 * corner) + 2 < Outer.Count ? (2 * corner) + 2 : 0;
        return (Outer[2 * corner], Outer[(2 * corner) + 1], Outer[next], Outer[next + 1]);
    }
}
