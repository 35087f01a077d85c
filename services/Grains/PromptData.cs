namespace Segmentation.Grains;

/// <summary>A prompt in pixels of the upright image: any mixture of points, a box and a mask.</summary>
[GenerateSerializer, Immutable, Alias("segmentation.prompt")]
public sealed record PromptData
{
    /// <summary>Points, possibly none.</summary>
    [Id(0)]
    public PointData[] Points { get; init; } = [];

    /// <summary>A box, or none.</summary>
    [Id(1)]
    public BoxData? Box { get; init; }

    /// <summary>Id of a mask of an earlier refinable answer on this image. Excludes <see cref="MaskLogits"/>.</summary>
    [Id(2)]
    public string? MaskId { get; init; }

    /// <summary>256 x 256 little-endian float32 logits, row-major. Excludes <see cref="MaskId"/>.</summary>
    [Id(3)]
    public byte[]? MaskLogits { get; init; }
}
