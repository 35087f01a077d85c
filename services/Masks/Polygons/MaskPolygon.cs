namespace Segmentation.Masks.Polygons;

/// <summary>
/// One closed ring of a mask's outline, along pixel edges. The ring is simple: no corner and no edge occurs twice.
/// </summary>
/// <param name="Coordinates">x0, y0, x1, y1, ... in pixels; the last corner is joined to the first.</param>
/// <param name="IsHole">True when the ring encloses a hole of the mask.</param>
public sealed record MaskPolygon(IReadOnlyList<float> Coordinates, bool IsHole);
