namespace Segmentation.Sam.Images;

/// <summary>Recognises files by their first bytes.</summary>
public static class ImageSniffer
{
    /// <summary>The number of bytes that are enough.</summary>
    public const int HeadBytes = 1024;

    /// <summary>Describes a file that is no image that <see cref="ImageReader"/> reads.</summary>
    /// <param name="head">The file's first bytes, <see cref="HeadBytes"/> or all.</param>
    /// <returns>Null for an image that is read; otherwise what the file is, for example <c>a HEIF image</c>.</returns>
    public static string? Refusal(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
        {
            return "empty";
        }

        var format = FileFormat.Sniff(head);
        return format is null ? "of an unknown kind" : format.MediaType is null ? format.Name : null;
    }
}
