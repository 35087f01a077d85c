namespace Segmentation.Sam.Images;

/// <summary>An upright image at its full size.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Pixels">RGB bytes, Height x Width x 3 in row-major order.</param>
public sealed record RgbImage(int Width, int Height, byte[] Pixels);
