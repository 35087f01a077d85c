using Segmentation.Masks;

namespace Segmentation.Formats;

/// <summary>
/// A mask of a picture. Run lengths are the truth; polygons are made from them where a format has nothing else.
/// </summary>
public sealed record DatasetMask
{
    /// <summary>Id in the format, a UUID or a number as text; null: none.</summary>
    public string? Id { get; init; }

    /// <summary>Name of the label; null: none.</summary>
    public string? Label { get; init; }

    /// <summary>The mask.</summary>
    public required RunLengths Mask { get; init; }

    /// <summary>True for something that belongs to a crowd, as in COCO.</summary>
    public bool Crowd { get; init; }

    /// <summary>True for something that is partly hidden.</summary>
    public bool Occluded { get; init; }

    /// <summary>Place in the stack: greater lies above.</summary>
    public int Z { get; init; }

    /// <summary>Number that masks of one group share; 0: none.</summary>
    public int Group { get; init; }

    /// <summary>Predicted IoU, 0 to 1; null: none.</summary>
    public float? PredictedIou { get; init; }

    /// <summary>Stability score, 0 to 1; null: none.</summary>
    public float? StabilityScore { get; init; }

    /// <summary>Points that the mask answers, x and y by turns, in pixels.</summary>
    public IReadOnlyList<double> Points { get; init; } = [];

    /// <summary>Box of the crop that it was found in, XYWH; empty: none.</summary>
    public IReadOnlyList<int> CropBox { get; init; } = [];

    /// <summary>Attributes as a JSON object; null: none.</summary>
    public string? AttributesJson { get; init; }

    /// <summary>Origin: <c>manual</c>, <c>assisted</c>, <c>proposed</c>, <c>automatic</c>, <c>imported</c> or
    /// <c>merged</c>; null: unknown.</summary>
    public string? Source { get; init; }
}
