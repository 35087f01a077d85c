using NetVips;

namespace Segmentation.Sam.Images;

/// <summary>
/// Decodes an image from top to bottom, a strip of rows at a time, as 8-bit RGB. All work is done on the thread that
/// asks for the next strip, so nothing runs on when nobody asks.
/// </summary>
internal sealed class RgbRows : IDisposable
{
    // Below the large object heap's threshold of 85,000: strips on it made every image cost three full collections.
    private const int StripBytes = 80_000;

    // Two rows of JPEG's blocks: enough that what a call costs is lost among the pixels.
    private const int MostRows = 16;

    private readonly Image _image;
    private readonly Region _region;
    private readonly Func<VipsException, ImageException> _damaged;
    private readonly int _stripRows;
    private int _row;

    /// <param name="image">The image as the decoder gives it; owned from here on.</param>
    /// <param name="damaged">Words a complaint of the decoder for the user.</param>
    /// <exception cref="ImageException">Its pixels cannot become RGB.</exception>
    public RgbRows(Image image, Func<VipsException, ImageException> damaged)
    {
        _damaged = damaged;
        _image = RgbConversion.Apply(image);
        _region = Region.New(_image);
        _stripRows = Math.Clamp(StripBytes / (Width * 3), 1, MostRows);
    }

    /// <summary>Pixels of a row.</summary>
    public int Width => _image.Width;

    /// <summary>Number of rows.</summary>
    public int Height => _image.Height;

    /// <summary>The next rows, RGB bytes; empty after the last.</summary>
    /// <exception cref="ImageException">The pixels are damaged or cut off.</exception>
    public byte[] Next(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var rows = Math.Min(_stripRows, Height - _row);
        if (rows == 0)
            return [];

        try
        {
            var strip = _region.Fetch(0, _row, Width, rows);
            _row += rows;
            return strip;
        }
        catch (VipsException exception)
        {
            throw _damaged(exception);
        }
    }

    public void Dispose()
    {
        _region.Dispose();
        _image.Dispose();
    }
}
