using Segmentation.Sam.Images.Containers;

namespace Segmentation.Sam.Images;

/// <summary>A kind of file, told by its first bytes.</summary>
/// <param name="Name">Name in messages, for example <c>a JPEG image</c>.</param>
/// <param name="MediaType">Its media type when it is read here, otherwise null.</param>
/// <param name="View">Walks the file's structure and makes the view for the library.</param>
internal sealed record FileFormat(
    string Name, string? MediaType = null, Func<ReadOnlyMemory<byte>, EncodedView>? View = null)
{
    public static readonly FileFormat Jpeg = new("a JPEG image", "image/jpeg", JpegView.Of);
    public static readonly FileFormat Png = new("a PNG image", "image/png", PngView.Of);
    public static readonly FileFormat WebP = new("a WebP image", "image/webp", WebPView.Of);
    public static readonly FileFormat Tiff = new("a TIFF image", "image/tiff", TiffView.Of);
    public static readonly FileFormat Gif = new("a GIF image", "image/gif", GifView.Of);

    /// <summary>The formats that are read, as a list for messages.</summary>
    public const string Accepted = "JPEG, PNG, WebP, TIFF and GIF";

    /// <summary>Returns the format by a file's first bytes; null for unknown formats.</summary>
    public static FileFormat? Sniff(ReadOnlySpan<byte> file) => file switch
    {
        [0xFF, 0xD8, 0xFF, ..] => Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n', ..] => Png,
        _ when file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8) => Gif,
        // Classic and big TIFF, both byte orders.
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => Tiff,
        _ when file.StartsWith("RIFF"u8) && HasAt(file, 8, "WEBP"u8) => WebP,
        _ => SniffRefused(file),
    };

    /// <summary>Formats that are recognised only to be named in errors.</summary>
    private static FileFormat? SniffRefused(ReadOnlySpan<byte> file)
    {
        if (HasAt(file, 4, "ftyp"u8))
        {
            return HasAt(file, 8, "avi"u8) ? new("an AVIF image")
                : HasAt(file, 8, "he"u8) || HasAt(file, 8, "mif1"u8) || HasAt(file, 8, "msf1"u8) ? new("a HEIF image")
                : new("a video or another MP4 file");
        }

        return file switch
        {
            [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => new("a BMP image"),
            [0x00, 0x00, 0x01, 0x00, ..] => new("a Windows icon"),
            [0xFF, 0x0A, ..] => new("a JPEG XL image"),
            [0x00, 0x00, 0x00, 0x0C, (byte)'J', (byte)'X', (byte)'L', (byte)' ', ..] => new("a JPEG XL image"),
            [0x00, 0x00, 0x00, 0x0C, (byte)'j', (byte)'P', ..] or [0xFF, 0x4F, 0xFF, 0x51, ..] =>
                new("a JPEG 2000 image"),
            [(byte)'P', (byte)'K', 3, 4, ..] => new("a ZIP archive"),
            [0x1F, 0x8B, ..] => new("a gzip archive"),
            _ when file.StartsWith("8BPS"u8) => new("a Photoshop document"),
            _ when file.StartsWith("%PDF"u8) => new("a PDF document"),
            _ => SniffText(file),
        };
    }

    private static FileFormat? SniffText(ReadOnlySpan<byte> file)
    {
        // Enough to see past an XML declaration, a licence comment and a doctype.
        var start = file[..Math.Min(file.Length, 1024)];
        if (start.ContainsAnyInRange((byte)0x00, (byte)0x08) || start.ContainsAnyInRange((byte)0x0E, (byte)0x1A))
        {
            return null;
        }

        return start.IndexOf("<svg"u8) >= 0 ? new("an SVG drawing")
            : start.IndexOf("<html"u8) >= 0 || start.IndexOf("<!DOCTYPE html"u8) >= 0 ? new("an HTML page")
            : new("text");
    }

    private static bool HasAt(ReadOnlySpan<byte> file, int offset, ReadOnlySpan<byte> tag) =>
        file.Length >= offset && file[offset..].StartsWith(tag);
}
