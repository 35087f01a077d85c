using Segmentation.Formats.Items;
using Segmentation.Masks.Png;

namespace Segmentation.Formats.PngMaps;

/// <summary>Reads a PNG file of a dataset that is a map of numbers.</summary>
internal static class MapFile
{
    private const long MaxBytes = 1L << 28;
    private const int HeadBytes = 64;

    /// <summary>Tells PNG files by their name.</summary>
    public static bool IsPng(string path) => path.EndsWith(".png", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a map.</summary>
    /// <exception cref="BadItemException">The file is no PNG that can be read.</exception>
    public static async Task<PngPixels> ReadAsync(
        IDatasetSource source, string path, CancellationToken cancellationToken)
    {
        var size = source.SizeOf(path);
        if (size > MaxBytes)
        {
            throw new BadItemException("", $"The file has more than {MaxBytes} bytes, too many for a map.");
        }

        var bytes = new byte[size];
        await using (var stream = source.Open(path))
        {
            await stream.ReadExactlyAsync(bytes, cancellationToken);
        }

        try
        {
            return PngReader.Read(bytes, DatasetPictureSize.MaxPixels);
        }
        catch (PngFormatException exception)
        {
            throw new BadItemException("", $"The file is no PNG map that can be read: {exception.Message}.");
        }
    }

    /// <summary>Returns the bits of a channel that a file's header says; 0: the file is no PNG.</summary>
    public static int BitsOf(IDatasetSource source, string path)
    {
        var head = new byte[HeadBytes];
        using var stream = source.Open(path);
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        try
        {
            PngReader.SizeOf(head.AsSpan(0, length));
            return head[24];
        }
        catch (PngFormatException)
        {
            return 0;
        }
    }
}
