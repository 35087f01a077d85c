namespace Segmentation.Grains;

/// <summary>A box in pixels.</summary>
/// <param name="XMin">Left edge.</param>
/// <param name="YMin">Top edge.</param>
/// <param name="XMax">Right edge.</param>
/// <param name="YMax">Bottom edge.</param>
[GenerateSerializer, Immutable, Alias("segmentation.box")]
public readonly record struct BoxData(
    [property: Id(0)] float XMin, [property: Id(1)] float YMin, [property: Id(2)] float XMax, [property: Id(3)] float YMax);
