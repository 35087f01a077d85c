namespace Segmentation.Grains;

/// <summary>A mask of the upright image at its full size.</summary>
[GenerateSerializer, Immutable, Alias("segmentation.mask")]
public sealed record MaskData
{
    /// <summary>
    /// Names the mask in later prompts. It is a hash of image, prompt and output token, so repeating a prompt
    /// anywhere gives the same id.
    /// </summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>The model's estimate of the mask's IoU with the object.</summary>
    [Id(1)]
    public required float PredictedIou { get; init; }

    /// <summary>IoU of the masks thresholded at +1 and -1 logits: 0 to 1.</summary>
    [Id(2)]
    public required float StabilityScore { get; init; }

    /// <summary>Pixels inside.</summary>
    [Id(3)]
    public required long Area { get; init; }

    /// <summary>Left edge of the smallest box around the mask.</summary>
    [Id(4)]
    public required int BoxX { get; init; }

    /// <summary>Top edge of the box.</summary>
    [Id(5)]
    public required int BoxY { get; init; }

    /// <summary>Columns of the box.</summary>
    [Id(6)]
    public required int BoxWidth { get; init; }

    /// <summary>Rows of the box.</summary>
    [Id(7)]
    public required int BoxHeight { get; init; }

    /// <summary>Height of the mask in pixels.</summary>
    [Id(8)]
    public required int Height { get; init; }

    /// <summary>Width of the mask in pixels.</summary>
    [Id(9)]
    public required int Width { get; init; }

    /// <summary>COCO run lengths, compressed string form.</summary>
    [Id(10)]
    public required string Counts { get; init; }

    /// <summary>PNG file, when asked for.</summary>
    [Id(11)]
    public byte[]? Png { get; init; }

    /// <summary>Outlines, when asked for.</summary>
    [Id(12)]
    public PolygonData[]? Polygons { get; init; }

    /// <summary>256 x 256 little-endian float32 logits, when asked for.</summary>
    [Id(13)]
    public byte[]? Logits { get; init; }
}
