namespace Segmentation.Grains;

/// <summary>Description of an image besides its embedding.</summary>
/// <param name="Width">Width of the upright image in pixels.</param>
/// <param name="Height">Height of the upright image in pixels.</param>
/// <param name="SizeBytes">Size of the file as uploaded.</param>
/// <param name="MediaType">What the file is, for example <c>image/jpeg</c>.</param>
[GenerateSerializer, Immutable, Alias("segmentation.image-data")]
public sealed record ImageData(
    [property: Id(0)] int Width,
    [property: Id(1)] int Height,
    [property: Id(2)] long SizeBytes,
    [property: Id(3)] string MediaType);
