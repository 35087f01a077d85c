namespace Segmentation.Formats.Coco;

/// <summary>A picture of a COCO file.</summary>
/// <param name="Id">Id.</param>
/// <param name="Name">File name.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Split">Part of the dataset; null: not told.</param>
/// <param name="AttributesJson">Attributes as a JSON object; null: none.</param>
internal sealed record CocoPicture(
    long Id, string Name, int Width, int Height, string? Split, string? AttributesJson);
