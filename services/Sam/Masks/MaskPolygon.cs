namespace Segmentation.Sam.Masks;

/// <summary>One closed outline of a mask, following pixel edges.</summary>
/// <param name="Coordinates">x0, y0, x1, y1, ... in pixels; the last corner is joined to the first.</param>
/// <param name="IsHole">True when the outline encloses a hole.</param>
public sealed record MaskPolygon(IReadOnlyList<float> Coordinates, bool IsHole);
