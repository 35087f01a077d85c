namespace Segmentation.Grains;

/// <summary>An image embedding on its way to a silo, past the store.</summary>
[GenerateSerializer, Immutable, Alias("segmentation.embedding")]
public sealed record EmbeddingData
{
    /// <summary>The image it belongs to.</summary>
    [Id(0)]
    public required ImageData Image { get; init; }

    /// <summary>
    /// IEEE 754 binary16 values, little-endian, row-major, of all tensors of the model, [256, 64, 64] first: 2,097,152
    /// bytes for SAM 1, 8.4 MB for SAM 2.
    /// </summary>
    [Id(1)]
    public required byte[] Float16 { get; init; }
}
