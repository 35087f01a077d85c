namespace Segmentation.Projects.Pictures.Metadata;

/// <summary>
/// Takes personal metadata out of image files: place, time, device, serial numbers, people, comments, previews (EXIF,
/// XMP, IPTC and what is like them). Pixels stay as they are, bit for bit, since nothing is compressed again; so do
/// colour profiles, resolution and orientation.
/// </summary>
internal static class PrivateMetadata
{
    /// <summary>Version of the rules, for the names under which results are cached.</summary>
    public const int Version = 1;

    /// <summary>Makes a file without personal metadata.</summary>
    /// <param name="file">A JPEG, PNG, WebP, GIF or TIFF file.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="orientation">EXIF orientation, 1 to 8, which the result has, too.</param>
    /// <exception cref="InvalidDataException">
    /// The file's structure cannot be followed, so that nobody knows what else the file holds.
    /// </exception>
    public static ReadOnlyMemory<byte> Strip(ReadOnlyMemory<byte> file, string mediaType, int orientation) =>
        mediaType switch
        {
            "image/jpeg" => JpegMetadata.Strip(file.Span, orientation),
            "image/png" => PngMetadata.Strip(file.Span, orientation),
            "image/webp" => WebPMetadata.Strip(file.Span, orientation),
            "image/gif" => GifMetadata.Strip(file.Span),
            "image/tiff" => TiffMetadata.Strip(file.Span),
            _ => throw new InvalidDataException($"Metadata of {mediaType} is not known."),
        };
}
