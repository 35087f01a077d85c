using NetVips;
using Segmentation.Sam.Images.Containers;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Images;

/// <summary>
/// Decodes an image from top to bottom, a strip of rows at a time, as 8-bit RGB. All work is done on the thread that
/// asks for the next strip; nothing runs in the background.
/// </summary>
internal sealed class RgbRows : IDisposable
{
    // Below the large object heap's threshold of 85,000: strips on it made every image cost three full collections.
    private const int StripBytes = 80_000;

    // Two rows of JPEG blocks: the cost of a call is then small beside that of the pixels.
    private const int MostRows = 16;

    private readonly Image _image;
    private readonly Region _region;
    private readonly Func<Exception?, ImageException> _damaged;
    private readonly ReadStop _stop;
    private readonly bool _warningsAreErrors;
    private readonly int _stripRows;
    private int _row;

    /// <param name="image">The image as the decoder gives it; owned from here on.</param>
    /// <param name="view">What the file's structure says about its pixels.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <param name="damaged">Turns a message of the decoder into one for the user.</param>
    /// <exception cref="ImageException">The pixels cannot become RGB.</exception>
    public RgbRows(Image image, EncodedView view, ReadStop stop, Func<Exception?, ImageException> damaged)
        : this(RgbConversion.Apply(image, view.Samples), view.WarningsAreErrors, stop, damaged)
    {
    }

    private RgbRows(Image image, bool warningsAreErrors, ReadStop stop, Func<Exception?, ImageException> damaged)
    {
        _damaged = damaged;
        _stop = stop;
        _warningsAreErrors = warningsAreErrors;
        _image = image;
        (Width, Height) = (_image.Width, _image.Height);
        _region = Region.New(_image);
        _stripRows = Math.Clamp(StripBytes / (Width * 3), 1, MostRows);
    }

    /// <summary>True when the last of a pixel's channels is alpha; always false for RGB.</summary>
    public bool HasAlpha { get; private init; }

    /// <summary>Bytes of a pixel: 3 for RGB.</summary>
    public int PixelBytes { get; private init; } = 3;

    /// <summary>Bytes of a channel: 1, or 2 of samples as stored.</summary>
    public int ChannelBytes { get; private init; } = 1;

    /// <summary>Pixels of a row.</summary>
    public int Width { get; }

    /// <summary>Number of rows.</summary>
    public int Height { get; }

    /// <summary>Begins to decode the samples as they are stored, a palette's colours for its indices.</summary>
    /// <param name="image">The image as the decoder gives it; owned from here on.</param>
    /// <param name="view">What the file's structure says about its pixels.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <param name="damaged">Turns a message of the decoder into one for the user.</param>
    /// <exception cref="ImageException">The samples are no picture.</exception>
    public static RgbRows OfSamples(
        Image image, EncodedView view, ReadStop stop, Func<Exception?, ImageException> damaged)
    {
        var samples = RgbConversion.Pick(image, view.Samples);
        var channelBytes = samples.Format == Enums.BandFormat.Ushort ? 2 : 1;
        return new RgbRows(samples, view.WarningsAreErrors, stop, damaged)
        {
            HasAlpha = samples.HasAlpha(),
            ChannelBytes = channelBytes,
            PixelBytes = channelBytes * samples.Bands,
        };
    }

    /// <summary>Returns the next rows, RGB bytes or samples; empty after the last.</summary>
    /// <exception cref="ImageException">The pixels are damaged or cut off.</exception>
    public byte[] Next(CancellationToken cancellationToken)
    {
        _stop.Token = cancellationToken;
        _stop.Yield();
        _stop.Check();
        var rows = Math.Min(_stripRows, Height - _row);
        if (rows == 0)
        {
            return [];
        }

        try
        {
            Libvips.Expect();
            var strip = _region.Fetch(0, _row, Width, rows);
            _row += rows;
            // Warnings about the last rows of a JPEG are told when it is closed.
            if (_row == Height && _warningsAreErrors)
            {
                Dispose();
            }

            return Libvips.LostPixels is { } complaint ? throw new VipsException(complaint) : strip;
        }
        catch (VipsException exception)
        {
            _stop.Check();
            throw _damaged(exception);
        }
    }

    public void Dispose()
    {
        _region.Dispose();
        _image.Dispose();
    }
}
