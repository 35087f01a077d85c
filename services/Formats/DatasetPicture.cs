namespace Segmentation.Formats;

/// <summary>A picture of a dataset with all its masks, which are of the size of the upright picture.</summary>
public sealed record DatasetPicture
{
    /// <summary>File name with its folders, separated by <c>/</c>, relative to the dataset's pictures.</summary>
    public required string Name { get; init; }

    /// <summary>Width of the upright picture in pixels, at least 1; 0 in what a reader found without a size.</summary>
    public required int Width { get; init; }

    /// <summary>Height of the upright picture in pixels, at least 1; 0 in what a reader found without a size.</summary>
    public required int Height { get; init; }

    /// <summary>Number of the picture in formats that number pictures; 0: none.</summary>
    public long Id { get; init; }

    /// <summary>Part of the dataset, <c>train</c>, <c>val</c> or <c>test</c>; null: none.</summary>
    public string? Split { get; init; }

    /// <summary>Attributes as a JSON object; null: none.</summary>
    public string? AttributesJson { get; init; }

    /// <summary>Masks, the lowest first.</summary>
    public IReadOnlyList<DatasetMask> Masks { get; init; } = [];

    /// <summary>
    /// Path of the picture's file in the dataset that was read; null: the dataset has no file of it.
    /// </summary>
    public string? File { get; init; }
}
