namespace Segmentation.Sam.Masks;

/// <summary>
/// Outlines of a mask along its pixels' edges. Filling all of them by the even-odd rule gives the mask back exactly.
/// </summary>
public static class MaskPolygons
{
    /// <summary>
    /// Traces the outlines: outer ones clockwise as seen in the image (y down), holes the other way. Time and memory
    /// are those of the runs and columns, not of the pixels.
    /// </summary>
    /// <remarks>
    /// Foreground is 4-connected: pixels that only touch at a corner have outlines of their own there, while
    /// background pixels that do so share a hole. Corners are whole pixels, collinear ones are left out, and the order
    /// is that of the outlines' leftmost upper corners, from left to right.
    /// </remarks>
    /// <param name="mask">The mask. An empty one has no outlines.</param>
    public static IReadOnlyList<MaskPolygon> Trace(RunLengths mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var corners = new OutlineSweep(mask).Corners;
        var polygons = new List<MaskPolygon>();
        var visited = new bool[corners.Count];
        var ring = new List<float>();
        for (var start = 0; start < corners.Count; start++)
        {
            if (visited[start])
                continue;

            ring.Clear();
            long doubleArea = 0;
            for (var at = start; !visited[at]; at = corners[at].Next)
            {
                visited[at] = true;
                var (corner, next) = (corners[at], corners[corners[at].Next]);
                ring.Add(corner.X);
                ring.Add(corner.Y);
                doubleArea += (long)corner.X * next.Y - (long)next.X * corner.Y;
            }

            polygons.Add(new(ring.ToArray(), IsHole: doubleArea < 0));
        }

        return polygons;
    }
}
