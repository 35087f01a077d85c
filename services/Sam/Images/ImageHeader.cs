namespace Segmentation.Sam.Images;

/// <summary>Header of an image file, read before any pixel is decoded.</summary>
/// <param name="Width">Width of the upright image (EXIF orientation applied), in pixels.</param>
/// <param name="Height">Height of the upright image, in pixels.</param>
/// <param name="MediaType">Media type of the file, for example <c>image/jpeg</c>.</param>
public sealed record ImageHeader(int Width, int Height, string MediaType)
{
    /// <summary>EXIF orientation of the pixels as stored, 1 to 8; 1 is upright.</summary>
    public int Orientation { get; init; } = ExifOrientation.Upright;
}
