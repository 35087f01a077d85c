namespace Segmentation.Grains;

/// <summary>A point in pixels.</summary>
/// <param name="X">From the left edge.</param>
/// <param name="Y">From the top edge.</param>
/// <param name="IsForeground">Inside of the object, or outside.</param>
[GenerateSerializer, Immutable, Alias("segmentation.point")]
public readonly record struct PointData(
    [property: Id(0)] float X, [property: Id(1)] float Y, [property: Id(2)] bool IsForeground);
