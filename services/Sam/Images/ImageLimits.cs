namespace Segmentation.Sam.Images;

/// <summary>Limits above which an image is refused, most of them by its header.</summary>
public sealed record ImageLimits
{
    /// <summary>The most <see cref="MaxPixels"/> can be set to: three bytes a pixel still fit one array.</summary>
    public const long PixelsCeiling = 700_000_000;

    /// <summary>100 megapixels: larger than any camera's single shot, small enough to decode in a second.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>Width times height may not exceed this: 1 to <see cref="PixelsCeiling"/>.</summary>
    public long MaxPixels
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, PixelsCeiling);
            field = value;
        }
    } = 100_000_000;

    /// <summary>
    /// The same for files that must be in memory before their first row is known: GIF, interlaced PNG, JPEG of several
    /// scans and TIFF of very large tiles. At least 1.
    /// </summary>
    public long MaxWholePixels
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 50_000_000;

    /// <summary>
    /// The same for WebP, which is decoded in one piece that nothing can stop: at most about two seconds of it. At
    /// least 1.
    /// </summary>
    public long MaxWebPPixels
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 25_000_000;

    /// <summary>
    /// Longest time that reading a file may take; more than zero. No ordinary file within the limits takes a tenth of
    /// the default.
    /// </summary>
    public TimeSpan MaxReadTime
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Called on the reading thread between rows, where the format allows that: other work may run in the callback. Its
    /// time does not count.
    /// </summary>
    public Action? BetweenRows { get; init; }

    /// <summary>The clock for <see cref="MaxReadTime"/>.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Neither side may exceed this many pixels: a few bytes could otherwise announce one row of all pixels, and rows
    /// are what memory is taken by. At least 1; the default is the longest side that JPEG can express.
    /// </summary>
    public int MaxSide
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 65_535;
}
