namespace Segmentation.Grains.Everything;

/// <summary>A mask that a point found, in pixels of its crop: its run lengths and no pixel.</summary>
[GenerateSerializer, Immutable, Alias("segmentation.everything.candidate")]
public sealed record CandidateData
{
    /// <summary>Index of the point in its crop's grid.</summary>
    [Id(0)]
    public required int Point { get; init; }

    /// <summary>The decoder's output token, 1 to 3.</summary>
    [Id(1)]
    public required int Token { get; init; }

    /// <summary>The model's estimate of the mask's IoU with the object.</summary>
    [Id(2)]
    public required float PredictedIou { get; init; }

    /// <summary>IoU of the mask with itself at another threshold, 0 to 1.</summary>
    [Id(3)]
    public required float StabilityScore { get; init; }

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

    /// <summary>COCO run lengths of the crop's size, compressed string form.</summary>
    [Id(8)]
    public required string Counts { get; init; }
}
