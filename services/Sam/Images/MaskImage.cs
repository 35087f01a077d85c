namespace Segmentation.Sam.Images;

/// <summary>A mask read from a picture.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Inside">True for pixels inside, Height x Width in row-major order.</param>
public sealed record MaskImage(int Width, int Height, bool[] Inside);
