namespace Segmentation.Sam.Images;

/// <summary>Cost of reading an image file, estimated from its header.</summary>
/// <param name="Kind">Media type and form of storage: files of one kind take the same time for a pixel.</param>
/// <param name="Pixels">Pixels that are decoded.</param>
/// <param name="Time">Time on one core, roughly.</param>
/// <param name="Bytes">The most memory that reading takes beside the file.</param>
/// <param name="FullBytes">The same for reading the picture at its full size, its pixels included.</param>
public sealed record ReadCost(string Kind, long Pixels, TimeSpan Time, long Bytes, long FullBytes)
{
    /// <summary>Memory of any read: strips of rows, the resampler's buffers, the library's own.</summary>
    private const long Fixed = 40L << 20;

    /// <summary>Rows of the picture that are held at once when it is decoded from top to bottom.</summary>
    private const long Rows = 512;

    /// <summary>Tables of codes of a lossless WebP.</summary>
    private const long CodeGroups = 48L << 20;

    /// <summary>Estimates the cost from measurements of each format; see docs/operations.md.</summary>
    /// <param name="mediaType">The file's format.</param>
    /// <param name="size">Its pixels, and the bytes of one as the decoder gives it.</param>
    /// <param name="view">The view made from the file's structure.</param>
    /// <param name="isTurned">The upright picture is made from a stored one beside it.</param>
    internal static ReadCost Of(
        string mediaType, (int Width, int Height, int PixelBytes) size, Containers.EncodedView view, bool isTurned)
    {
        var area = (long)size.Width * size.Height;
        var pixels = Math.Max(area, view.DecodedPixels);
        var rowBytes = (long)size.Width * size.PixelBytes;
        var (nanoseconds, wholeBytes) = mediaType switch
        {
            "image/jpeg" => view.IsReadWhole ? (60, 9) : (20, 0),
            "image/png" => view.IsReadWhole ? (30, size.PixelBytes + 1) : (20, 0),
            "image/webp" => (60, 9),
            "image/gif" => (20, 6),
            _ => (40, size.PixelBytes + 1),
        };
        var held = view.IsReadWhole ? area * wholeBytes : rowBytes * Math.Max(Rows, view.HeldRows);
        if (view.IsReadAtOnce)
        {
            held += view.Bytes.Length;
        }

        var bytes = Fixed + held + (view.HasCodeGroups ? CodeGroups : 0);
        return new ReadCost(
            view.IsReadWhole ? $"{mediaType} whole" : mediaType,
            pixels,
            TimeSpan.FromMilliseconds(2 + pixels * nanoseconds / 1e6),
            bytes,
            bytes + area * (isTurned ? 6 : 3));
    }
}
