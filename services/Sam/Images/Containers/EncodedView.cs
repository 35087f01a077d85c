namespace Segmentation.Sam.Images.Containers;

/// <summary>
/// The first picture of a file as a library is to read it, and what the file's structure says about it.
/// </summary>
/// <param name="Bytes">What the library is given.</param>
internal sealed record EncodedView(FileView Bytes)
{
    /// <summary>
    /// True when all pixels must be in memory before the first row is known: such pictures have a lower limit.
    /// </summary>
    public bool IsReadWhole { get; init; }

    /// <summary>True when the library decodes the picture in one piece and cannot be stopped within it.</summary>
    public bool IsReadAtOnce { get; init; }

    /// <summary>True when the picture has tables of codes in memory whose number is not told by its size.</summary>
    public bool HasCodeGroups { get; init; }

    /// <summary>Rows that are in memory together where they are more than the few of other files.</summary>
    public long HeldRows { get; init; }

    /// <summary>
    /// Pixels that are decoded, where they are more than the picture has: of tiles that reach beyond.
    /// </summary>
    public long DecodedPixels { get; init; }

    /// <summary>True when the library's warnings mean that pixels are missing.</summary>
    public bool WarningsAreErrors { get; init; }

    /// <summary>The way in which samples make colours, where the library does not know it; null where it does.</summary>
    public SampleLayout? Samples { get; init; }

    /// <summary>
    /// The further planes of a picture whose channels are stored one after the other, each like the first.
    /// </summary>
    public IReadOnlyList<FileView> FurtherPlanes { get; init; } = [];
}
