namespace Segmentation.Sam.Images.Errors;

/// <summary>Reasons to refuse bytes as an image.</summary>
public enum ImageError
{
    /// <summary>There are no bytes.</summary>
    Empty,

    /// <summary>The bytes are no image of a supported format, or its channels are not those of a picture.</summary>
    UnsupportedFormat,

    /// <summary>The header announces more pixels than the limit allows.</summary>
    TooLarge,

    /// <summary>The header is that of an image, but the pixels are truncated or damaged.</summary>
    Damaged,

    /// <summary>Reading the file would take, or took, more time than any picture of its size needs.</summary>
    TooComplex,
}
