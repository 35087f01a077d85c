namespace Segmentation.Masks.Polygons;

/// <summary>
/// Outlines of a mask along its pixels' edges. Filling all of them by the even-odd rule gives the mask back exactly.
/// </summary>
public static class MaskPolygons
{
    /// <summary>
    /// Traces the outlines: outer rings clockwise as seen in the image (y down), holes the other way. Time and memory
    /// grow with runs and columns, not with pixels.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Foreground is 4-connected: pixels that touch only at a corner belong to different polygons there. A polygon is
    /// an outer ring and the rings of its holes, which follow the outer ring. Polygons come in the order of their
    /// leftmost upper corners, from left to right, and so do the holes of each.
    /// </para>
    /// <para>
    /// Every ring is simple: an outline that would touch itself at a corner is split there. Rings never cross and share
    /// no edge; they touch at corners only, and the inside of each polygon is connected. So each polygon is a valid
    /// Polygon of OGC Simple Features (06-103r4, 6.1.11), and all together are a valid MultiPolygon. Corners are whole
    /// pixels, and collinear ones are left out.
    /// </para>
    /// </remarks>
    /// <param name="mask">The mask. An empty one has no outlines.</param>
    /// <param name="yieldPoint">Checked every few columns, and again every few thousand corners.</param>
    public static IReadOnlyList<MaskPolygon> Trace(RunLengths mask, YieldPoint yieldPoint = default)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var sweep = new OutlineSweep(mask, yieldPoint);
        return new OutlineRings(sweep.Corners, sweep.Touches, yieldPoint).ToArray();
    }
}

/// <summary>
/// One closed ring of a mask's outline, along pixel edges. The ring is simple: no corner and no edge occurs twice.
/// </summary>
/// <param name="Coordinates">x0, y0, x1, y1, ... in pixels; the last corner is joined to the first.</param>
/// <param name="IsHole">True when the ring encloses a hole of the mask.</param>
public sealed record MaskPolygon(IReadOnlyList<float> Coordinates, bool IsHole);
