using Segmentation.Masks.Geometry;

namespace Segmentation.Sam.Images;

/// <summary>Cuts crops out of an image that has been read at its full size.</summary>
public static class ImageCropper
{
    /// <summary>Pixels that were cut out of another image are no file of any format.</summary>
    private const string RawMediaType = "application/octet-stream";

    /// <summary>
    /// Cuts a crop out and resizes it for models of <see cref="Resizing.LongestSide"/>: see the other overload.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="box">The crop, inside of the image and not empty.</param>
    /// <param name="cancellationToken">Looked at row by row.</param>
    public static ModelImage Crop(RgbImage image, PixelBox box, CancellationToken cancellationToken) =>
        Crop(image, box, Resizing.LongestSide, cancellationToken);

    /// <summary>
    /// Cuts a crop out and resizes it for an encoder: the pixels that
    /// <see cref="ImageReader.ReadForModel(ReadOnlyMemory{byte}, ImageLimits, Resizing, CancellationToken)"/> gives for
    /// a file of these pixels alone.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="box">The crop, inside of the image and not empty.</param>
    /// <param name="resizing">The model's rule.</param>
    /// <param name="cancellationToken">Looked at row by row.</param>
    public static ModelImage Crop(
        RgbImage image, PixelBox box, Resizing resizing, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegative(box.X, nameof(box));
        ArgumentOutOfRangeException.ThrowIfNegative(box.Y, nameof(box));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(box.X + box.Width, image.Width, nameof(box));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(box.Y + box.Height, image.Height, nameof(box));
        var geometry = new ImageGeometry(box.Width, box.Height, resizing);
        var maker = new ModelImageMaker(
            geometry, ExifOrientation.Upright, box.Width, box.Height, extentX: box.Width, extentY: box.Height);
        for (var y = box.Y; y < box.Y + box.Height; y++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            maker.Push(image.Pixels.AsSpan((y * image.Width + box.X) * 3, box.Width * 3));
        }

        return maker.Finish(RawMediaType);
    }
}
