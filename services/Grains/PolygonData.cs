namespace Segmentation.Grains;

/// <summary>One closed outline of a mask.</summary>
/// <param name="Coordinates">x0, y0, x1, y1, ... in pixels.</param>
/// <param name="IsHole">True when the outline encloses a hole.</param>
[GenerateSerializer, Immutable, Alias("segmentation.polygon")]
public sealed record PolygonData([property: Id(0)] float[] Coordinates, [property: Id(1)] bool IsHole);
