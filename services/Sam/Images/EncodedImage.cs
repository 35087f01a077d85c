using System.Globalization;
using NetVips;
using Segmentation.Sam.Images.Containers;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Images;

/// <summary>An image file whose header has been read and found acceptable; no pixel has been decoded.</summary>
internal sealed class EncodedImage : IDisposable
{
    private readonly List<Source> _sources;
    private readonly FileFormat _format;
    private readonly EncodedView _view;
    private readonly ReadStop _stop;
    private readonly int _bytes;
    private int _pixelBytes;

    private EncodedImage(ReadOnlyMemory<byte> file, FileFormat format, ReadStop stop)
    {
        Libvips.Use();
        _format = format;
        _bytes = file.Length;
        _stop = stop;
        _view = format.View!(file);
        // The library for WebP and the one for GIF need all bytes side by side.
        var isMapped = format == FileFormat.WebP || format == FileFormat.Gif;
        _sources = [.. _view.FurtherPlanes.Prepend(_view.Bytes)
            .Select(bytes => isMapped ? ViewSource.Mapped(bytes) : ViewSource.Streamed(bytes, stop))];
    }

    /// <summary>Width of the pixels as stored, before the orientation is applied.</summary>
    public int StoredWidth { get; private set; }

    /// <summary>Height of the pixels as stored, before the orientation is applied.</summary>
    public int StoredHeight { get; private set; }

    /// <summary>EXIF orientation, 1 to 8.</summary>
    public int Orientation { get; private set; } = ExifOrientation.Upright;

    /// <summary>Size of the upright image, its media type and its orientation.</summary>
    public ImageHeader Header => ExifOrientation.SwapsSides(Orientation)
        ? new ImageHeader(StoredHeight, StoredWidth, _format.MediaType!) { Orientation = Orientation }
        : new ImageHeader(StoredWidth, StoredHeight, _format.MediaType!) { Orientation = Orientation };

    /// <summary>Estimated cost of decoding.</summary>
    public ReadCost Cost => ReadCost.Of(
        _format.MediaType!, (StoredWidth, StoredHeight, _pixelBytes), _view, Orientation != ExifOrientation.Upright);

    /// <summary>True when the decoder can reduce the image by 2, 4 or 8 at less cost than decoding it whole.</summary>
    public bool ShrinksOnLoad => _format == FileFormat.Jpeg;

    /// <summary>Walks the file's structure and reads the header.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="limits">Limits above which files are refused.</param>
    /// <param name="cancellationToken">Ends reading; <see cref="RgbRows.Next"/> has one of its own.</param>
    /// <exception cref="ImageException">The bytes are empty, no supported image, too large or damaged.</exception>
    public static EncodedImage Open(
        ReadOnlyMemory<byte> file, ImageLimits limits, CancellationToken cancellationToken)
    {
        var stop = new ReadStop(limits) { Token = cancellationToken };
        stop.Check();
        var image = new EncodedImage(file, Recognise(file.Span), stop);
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
    public RgbRows Decode(int shrink = 1) =>
        Begin(() => new RgbRows(LoadAll(shrink), _view, _stop, Damaged));

    /// <summary>Begins to decode the samples as they are stored.</summary>
    /// <exception cref="ImageException">The pixels are of a kind that is not supported, or damaged.</exception>
    public RgbRows DecodeSamples() =>
        Begin(() => RgbRows.OfSamples(LoadAll(shrink: 1), _view, _stop, Damaged));

    private RgbRows Begin(Func<RgbRows> begin)
    {
        try
        {
            return begin();
        }
        catch (VipsException exception)
        {
            _stop.Check();
            throw Damaged(exception);
        }
    }

    public void Dispose()
    {
        foreach (var source in _sources)
        {
            source.Dispose();
        }
    }

    private static FileFormat Recognise(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
        {
            throw new ImageException(
                ImageError.Empty, $"The image is empty (0 bytes). Accepted are {FileFormat.Accepted}.");
        }

        var format = FileFormat.Sniff(file);
        if (format?.MediaType is not null)
        {
            return format;
        }

        var found = format is null ? "The file's first bytes are those of no known image format"
            : $"The file is {format.Name}, which is not read here";
        throw new ImageException(
            ImageError.UnsupportedFormat, $"{found} ({file.Length} bytes). Accepted are {FileFormat.Accepted}.");
    }

    private void ReadHeader()
    {
        try
        {
            using var header = Load(_sources[0], shrink: 1);
            StoredWidth = header.Width;
            StoredHeight = header.Height;
            _pixelBytes = header.Bands * (header.Format == Enums.BandFormat.Ushort ? 2 : 1);
            if (header.Contains("orientation") && header.Get("orientation") is int and >= 1 and <= 8 and var value)
            {
                Orientation = value;
            }
        }
        catch (VipsException exception)
        {
            _stop.Check();
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

        var mostWhole = Math.Min(
            limits.MaxWholePixels, _view.IsReadAtOnce ? limits.MaxWebPPixels : limits.MaxWholePixels);
        if (_view.IsReadWhole && pixels > mostWhole)
        {
            throw new ImageException(
                ImageError.TooLarge,
                $"{size}, {Megapixels(pixels)} megapixels; at most {Megapixels(mostWhole)} are accepted of "
                    + $"{_format.Name} stored like this one, which can only be read whole. Send it smaller, or as a "
                    + "baseline JPEG or a PNG without interlacing.");
        }

        if (_view.DecodedPixels > limits.MaxPixels)
        {
            throw new ImageException(
                ImageError.TooLarge,
                $"{size}, but its tiles or its channels hold as much as {Megapixels(_view.DecodedPixels)} megapixels; "
                    + $"at most {Megapixels(limits.MaxPixels)} are accepted. Send only the colours, in smaller tiles.");
        }

        if (Math.Max(StoredWidth, StoredHeight) > limits.MaxSide)
        {
            throw new ImageException(ImageError.TooLarge, $"{size}; at most {limits.MaxSide} a side are accepted.");
        }
    }

    private static string Megapixels(long pixels) => (pixels / 1e6).ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>Begins to decode all planes, as one image.</summary>
    private Image LoadAll(int shrink)
    {
        var planes = new List<Image>();
        try
        {
            foreach (var source in _sources)
            {
                planes.Add(Load(source, shrink));
            }

            return planes.Count == 1 ? planes[0] : RgbConversion.Join(planes, _view.Samples!);
        }
        catch
        {
            planes.ForEach(plane => plane.Dispose());
            throw;
        }
    }

    private Image Load(Source source, int shrink)
    {
        const Enums.Access Access = Enums.Access.Sequential;
        var failOn = _view.WarningsAreErrors ? Enums.FailOn.Warning : Enums.FailOn.Error;
        return _format.MediaType switch
        {
            "image/jpeg" => Image.JpegloadSource(source, shrink: shrink, access: Access, failOn: failOn),
            "image/png" => Image.PngloadSource(source, access: Access, failOn: failOn),
            "image/webp" => Image.WebploadSource(source, access: Access, failOn: failOn),
            "image/tiff" => Image.TiffloadSource(source, access: Access, failOn: failOn),
            "image/gif" => Image.GifloadSource(source, access: Access, failOn: failOn),
            _ => throw new InvalidOperationException($"No reader for {_format.MediaType}."),
        };
    }

    private ImageException Damaged(Exception? exception) => new(
        ImageError.Damaged,
        $"The file is {_format.Name} of {Header.Width} x {Header.Height} pixels, but they are damaged or cut off "
            + $"({_bytes} bytes). Send the complete file.",
        exception);
}
