using Segmentation.Masks.Polygons;

namespace Segmentation.Doors.Crops;

/// <summary>Measures outlines.</summary>
internal static class RingAreas
{
    /// <summary>Area inside a ring, in pixels.</summary>
    public static double Area(this MaskPolygon polygon)
    {
        var ring = polygon.Coordinates;
        double area = 0;
        for (var i = 0; i < ring.Count; i += 2)
        {
            var next = (i + 2) % ring.Count;
            area += ((double)ring[i] * ring[next + 1]) - ((double)ring[next] * ring[i + 1]);
        }

        return Math.Abs(area) / 2;
    }
}
