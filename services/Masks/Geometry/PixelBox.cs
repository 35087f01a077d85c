namespace Segmentation.Masks.Geometry;

/// <summary>A box in whole pixels, as COCO writes it: corner and extent. All zero for an empty mask.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Columns covered.</param>
/// <param name="Height">Rows covered.</param>
public readonly record struct PixelBox(int X, int Y, int Width, int Height);
