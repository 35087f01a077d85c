namespace Segmentation.Sam.Images.Containers;

/// <summary>
/// The first picture of a file as the decoder library is to read it, and properties from the file's structure.
/// </summary>
/// <param name="Bytes">The bytes for the library.</param>
internal sealed record EncodedView(FileView Bytes)
{
    /// <summary>
    /// True when all pixels must be in memory before the first row is known: such pictures have a lower limit.
    /// </summary>
    public bool IsReadWhole { get; init; }

    /// <summary>True when the library decodes the picture in one piece and cannot be stopped within it.</summary>
    public bool IsReadAtOnce { get; init; }

    /// <summary>
    /// True when decoding needs prefix-code tables whose number does not follow from the picture's size.
    /// </summary>
    public bool HasCodeGroups { get; init; }

    /// <summary>Rows in memory together, where these are more than the few of other formats.</summary>
    public long HeldRows { get; init; }

    /// <summary>
    /// Pixels that are decoded, where tiles reach beyond the picture's edge.
    /// </summary>
    public long DecodedPixels { get; init; }

    /// <summary>True when the library's warnings mean that pixels are missing.</summary>
    public bool WarningsAreErrors { get; init; }

    /// <summary>Meaning of the samples, where the library does not know it; null where it does.</summary>
    public SampleLayout? Samples { get; init; }

    /// <summary>
    /// The further planes of a picture whose channels are stored one after the other, each like the first.
    /// </summary>
    public IReadOnlyList<FileView> FurtherPlanes { get; init; } = [];
}
