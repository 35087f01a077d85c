using Segmentation.Masks.Geometry;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Images;

/// <summary>
/// Reads JPEG, PNG, WebP, TIFF and GIF files, the first page or frame of each. Grey, palette, 16-bit, CMYK and
/// transparent images become RGB (transparency over white); EXIF orientation is applied. Sizes come from the header
/// and are checked before any pixel is decoded. Everything runs on the calling thread.
/// </summary>
public static class ImageReader
{
    // Least reduction left to the filter after the decoder's. Measured on photographs enlarged to 2 to 6 thousand
    // pixels, the mean difference from reading the whole JPEG is 0.3 to 0.4 of a grey level at 1.75, and passes half a
    // level near 1.3.
    private const double LeastReduction = 1.75;

    /// <summary>Reads the header alone.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="limits">What is refused.</param>
    /// <exception cref="ImageException">The bytes are empty, no supported image, too large or damaged.</exception>
    public static ImageHeader ReadHeader(ReadOnlyMemory<byte> file, ImageLimits limits)
    {
        using var image = EncodedImage.Open(file, limits, CancellationToken.None);
        return image.Header;
    }

    /// <summary>Reads the header alone and estimates what reading the rest takes.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="limits">What is refused.</param>
    /// <exception cref="ImageException">The bytes are empty, no supported image, too large or damaged.</exception>
    public static ReadCost Measure(ReadOnlyMemory<byte> file, ImageLimits limits)
    {
        using var image = EncodedImage.Open(file, limits, CancellationToken.None);
        return image.Cost;
    }

    /// <summary>
    /// Reads an image for models of <see cref="Resizing.LongestSide"/>; the other overload describes it.
    /// </summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="limits">What is refused.</param>
    /// <param name="cancellationToken">Looked at every few rows.</param>
    /// <exception cref="ImageException">The bytes are empty, no supported image, too large or damaged.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ModelImage ReadForModel(
        ReadOnlyMemory<byte> file, ImageLimits limits, CancellationToken cancellationToken) =>
        ReadForModel(file, limits, Resizing.LongestSide, cancellationToken);

    /// <summary>
    /// Reads an image as an encoder takes it: longest side 1024, by <c>ResizeLongestSide(1024).apply_image</c> of
    /// segment-anything, or both sides 1024, as <c>SAM2Transforms</c> does: Pillow's antialiased bilinear filter, in
    /// the second case without its rounding. The result is the reference's to the bit (in the second case, to a 500th
    /// of a grey level), except for JPEGs reduced at least 3.5-fold, which the decoder reduces first by a power of two
    /// (mean difference below half a grey level), and for images stored on their side, whose two passes change places
    /// (one grey level at most). Memory is taken for rows, not for the image, where the format allows it.
    /// </summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="limits">What is refused.</param>
    /// <param name="resizing">The model's rule.</param>
    /// <param name="cancellationToken">Looked at every few rows.</param>
    /// <exception cref="ImageException">The bytes are empty, no supported image, too large or damaged.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ModelImage ReadForModel(
        ReadOnlyMemory<byte> file, ImageLimits limits, Resizing resizing, CancellationToken cancellationToken)
    {
        using var image = EncodedImage.Open(file, limits, cancellationToken);
        var header = image.Header;
        var geometry = new ImageGeometry(header.Width, header.Height, resizing);
        var shrink = ShrinkOnLoad(image, resizing);
        using var rows = image.Decode(shrink);
        var maker = new ModelImageMaker(
            geometry,
            image.Orientation,
            rows.Width,
            rows.Height,
            extentX: (double)image.StoredWidth / shrink,
            extentY: (double)image.StoredHeight / shrink);
        for (var strip = rows.Next(cancellationToken); strip.Length > 0; strip = rows.Next(cancellationToken))
        {
            maker.Push(strip);
        }

        return maker.Finish(header.MediaType);
    }

    /// <summary>Reads an image at its full size, for drawing on it.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="limits">What is refused.</param>
    /// <param name="cancellationToken">Looked at every few rows.</param>
    /// <exception cref="ImageException">The bytes are empty, no supported image, too large or damaged.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static RgbImage ReadFull(ReadOnlyMemory<byte> file, ImageLimits limits, CancellationToken cancellationToken)
    {
        using var image = EncodedImage.Open(file, limits, cancellationToken);
        using var rows = image.Decode();
        var stored = new byte[rows.Width * rows.Height * 3];
        var filled = 0;
        for (var strip = rows.Next(cancellationToken); strip.Length > 0; strip = rows.Next(cancellationToken))
        {
            strip.CopyTo(stored, filled);
            filled += strip.Length;
        }

        var pixels = ExifOrientation.Apply(image.Orientation, stored, rows.Width, rows.Height);
        return new RgbImage(image.Header.Width, image.Header.Height, pixels);
    }

    /// <summary>
    /// Reads a mask: a picture of two values, of which 0 or transparent is outside and the other one inside. Of files
    /// with lossy compression, dark is outside and light inside.
    /// </summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="limits">What is refused.</param>
    /// <param name="cancellationToken">Looked at every few rows.</param>
    /// <exception cref="ImageException">
    /// The bytes are no usable image, or it is not clear which of its values are inside.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static MaskImage ReadMask(
        ReadOnlyMemory<byte> file, ImageLimits limits, CancellationToken cancellationToken)
    {
        using var image = EncodedImage.Open(file, limits, cancellationToken);
        using var rows = image.DecodeSamples();
        var values = new MaskValues(rows, isLossy: image.Header.MediaType is "image/jpeg" or "image/webp");
        for (var strip = rows.Next(cancellationToken); strip.Length > 0; strip = rows.Next(cancellationToken))
        {
            values.Add(strip);
        }

        var (width, height) = (rows.Width, rows.Height);
        var stored = values.Inside().SelectMany(level => Enumerable.Repeat(level, 3)).ToArray();
        var upright = ExifOrientation.Apply(image.Orientation, stored, width, height);
        var inside = new bool[width * height];
        for (var pixel = 0; pixel < inside.Length; pixel++)
        {
            inside[pixel] = upright[pixel * 3] != 0;
        }

        return new MaskImage(image.Header.Width, image.Header.Height, inside);
    }

    private static int ShrinkOnLoad(EncodedImage image, Resizing resizing)
    {
        var (longest, shortest) = (
            Math.Max(image.StoredWidth, image.StoredHeight), Math.Min(image.StoredWidth, image.StoredHeight));
        // A stretched image is reduced least along its shortest side.
        var resized = resizing == Resizing.Stretch ? shortest : longest;
        var shrink = 1;
        while (image.ShrinksOnLoad
            && shrink < 8
            && resized >= shrink * 2 * LeastReduction * ImageGeometry.ModelSide
            && shortest >= shrink * 2)
        {
            shrink *= 2;
        }

        return shrink;
    }
}
