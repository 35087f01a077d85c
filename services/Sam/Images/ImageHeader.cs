namespace Segmentation.Sam.Images;

/// <summary>What an image file's header says, before any pixel is decoded.</summary>
/// <param name="Width">Width of the upright image (EXIF orientation applied), in pixels.</param>
/// <param name="Height">Height of the upright image, in pixels.</param>
/// <param name="MediaType">What the file is, for example <c>image/jpeg</c>.</param>
public sealed record ImageHeader(int Width, int Height, string MediaType);
