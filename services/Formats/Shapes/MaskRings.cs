using Segmentation.Masks;
using Segmentation.Masks.Polygons;

namespace Segmentation.Formats.Shapes;

/// <summary>Outlines of a mask as formats with polygons need them.</summary>
internal static class MaskRings
{
    /// <summary>Returns polygons: an outer ring each, and after it its holes.</summary>
    public static List<List<IReadOnlyList<float>>> Polygons(RunLengths mask, CancellationToken cancellationToken)
    {
        var polygons = new List<List<IReadOnlyList<float>>>();
        foreach (var ring in MaskPolygons.Trace(mask, new(null, cancellationToken)))
        {
            if (!ring.IsHole)
            {
                polygons.Add([]);
            }

            polygons[^1].Add(ring.Coordinates);
        }

        return polygons;
    }

    /// <summary>
    /// Joins all rings of a mask to one, by lines there and back that have no width: filled by the even-odd rule, that
    /// one ring is the mask.
    /// </summary>
    public static List<float> Bridged(RunLengths mask, CancellationToken cancellationToken)
    {
        var joined = new List<float>();
        var starts = new List<(float X, float Y)>();
        foreach (var ring in MaskPolygons.Trace(mask, new(null, cancellationToken)))
        {
            var corners = ring.Coordinates;
            starts.Add((corners[0], corners[1]));
            joined.AddRange(corners);
            if (starts.Count > 1 || corners.Count > 0)
            {
                joined.Add(corners[0]);
                joined.Add(corners[1]);
            }
        }

        // Back over the beginnings of the rings, the way that was come.
        for (var i = starts.Count - 2; i >= 0; i--)
        {
            joined.Add(starts[i].X);
            joined.Add(starts[i].Y);
        }

        if (starts.Count == 1)
        {
            joined.RemoveRange(joined.Count - 2, 2);
        }

        return joined;
    }
}
