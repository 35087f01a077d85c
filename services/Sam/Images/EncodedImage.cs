using System.Globalization;
using System.Runtime.InteropServices;
using NetVips;

namespace Segmentation.Sam.Images;

/// <summary>An image file whose header has been read and found acceptable; no pixel has been decoded.</summary>
internal sealed class EncodedImage : IDisposable
{
    private readonly Source _source;
    private readonly FileFormat _format;
    private readonly int _bytes;

    private EncodedImage(ReadOnlyMemory<byte> file, FileFormat format)
    {
        Libvips.Use();
        _format = format;
        _bytes = file.Length;
        var whole = MemoryMarshal.TryGetArray(file, out var segment) && segment.Array!.Length == file.Length;
        _source = Source.NewFromMemory(whole ? segment.Array! : file.ToArray());
    }

    /// <summary>Width of the pixels as stored, before the orientation is applied.</summary>
    public int StoredWidth { get; private set; }

    /// <summary>Height of the pixels as stored, before the orientation is applied.</summary>
    public int StoredHeight { get; private set; }

    /// <summary>EXIF orientation, 1 to 8.</summary>
    public int Orientation { get; private set; } = ExifOrientation.Upright;

    /// <summary>Size of the upright image and its media type.</summary>
    public ImageHeader Header => ExifOrientation.SwapsSides(Orientation)
        ? new ImageHeader(StoredHeight, StoredWidth, _format.MediaType!)
        : new ImageHeader(StoredWidth, StoredHeight, _format.MediaType!);

    /// <summary>True when the decoder can reduce the image by 2, 4 or 8 at less cost than decoding it whole.</summary>
    public bool ShrinksOnLoad => _format == FileFormat.Jpeg;

    /// <summary>Reads the header.</summary>
    /// <exception cref="ImageException">The bytes are empty, no supported image, too large or damaged.</exception>
    public static EncodedImage Open(ReadOnlyMemory<byte> file, ImageLimits limits)
    {
        var image = new EncodedImage(file, Recognise(file.Span));
        try
        {
            image.ReadHeader();
            image.Check(limits);
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>Begins to decode.</summary>
    /// <param name="shrink">
    /// 1, or 2, 4 or 8 where <see cref="ShrinksOnLoad"/>: sizes are divided and rounded down.
    /// </param>
    /// <exception cref="ImageException">The pixels are of a kind that is not supported, or damaged.</exception>
    public RgbRows Decode(int shrink = 1)
    {
        try
        {
            return new RgbRows(Load(shrink), Damaged);
        }
        catch (VipsException exception)
        {
            throw Damaged(exception);
        }
    }

    public void Dispose() => _source.Dispose();

    private static FileFormat Recognise(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
        {
            throw new ImageException(
                ImageError.Empty, $"The image is empty (0 bytes). Accepted are {FileFormat.Accepted}.");
        }

        var format = FileFormat.Sniff(file);
        if (format?.MediaType is not null)
            return format;

        var found = format is null ? "The file's first bytes are those of no known image format"
            : $"The file is {format.Name}, which is not read here";
        throw new ImageException(
            ImageError.UnsupportedFormat, $"{found} ({file.Length} bytes). Accepted are {FileFormat.Accepted}.");
    }

    private void ReadHeader()
    {
        try
        {
            using var header = Load(shrink: 1);
            StoredWidth = header.Width;
            StoredHeight = header.Height;
            if (header.Contains("orientation") && header.Get("orientation") is int and >= 1 and <= 8 and var value)
                Orientation = value;
        }
        catch (VipsException exception)
        {
            throw new ImageException(
                ImageError.Damaged,
                $"The file begins like {_format.Name}, but its header is damaged or cut off ({_bytes} bytes). "
                    + "Send the complete file.",
                exception);
        }
    }

    private void Check(ImageLimits limits)
    {
        var pixels = (long)StoredWidth * StoredHeight;
        var size = $"The image is {Header.Width} x {Header.Height} pixels";
        if (pixels > limits.MaxPixels)
        {
            throw new ImageException(
                ImageError.TooLarge,
                $"{size}, {Megapixels(pixels)} megapixels; at most {Megapixels(limits.MaxPixels)} are accepted. "
                    + "Send it smaller: the model sees a longest side of 1024 pixels.");
        }

        if (Math.Max(StoredWidth, StoredHeight) > limits.MaxSide)
            throw new ImageException(ImageError.TooLarge, $"{size}; at most {limits.MaxSide} a side are accepted.");
    }

    private static string Megapixels(long pixels) => (pixels / 1e6).ToString("0.######", CultureInfo.InvariantCulture);

    private Image Load(int shrink)
    {
        const Enums.Access access = Enums.Access.Sequential;
        const Enums.FailOn failOn = Enums.FailOn.Error;
        return _format.MediaType switch
        {
            "image/jpeg" => Image.JpegloadSource(_source, shrink: shrink, access: access, failOn: failOn),
            "image/png" => Image.PngloadSource(_source, access: access, failOn: failOn),
            "image/webp" => Image.WebploadSource(_source, access: access, failOn: failOn),
            "image/tiff" => Image.TiffloadSource(_source, access: access, failOn: failOn),
            "image/gif" => Image.GifloadSource(_source, access: access, failOn: failOn),
            _ => throw new InvalidOperationException($"No reader for {_format.MediaType}."),
        };
    }

    private ImageException Damaged(VipsException exception) => new(
        ImageError.Damaged,
        $"The file is {_format.Name} of {Header.Width} x {Header.Height} pixels, but they are damaged or cut off "
            + $"({_bytes} bytes). Send the complete file.",
        exception);
}
