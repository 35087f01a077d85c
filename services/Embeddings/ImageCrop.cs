namespace Segmentation.Embeddings;

/// <summary>A part of an image that is encoded as an image of its own, in pixels of the upright image.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
public readonly record struct ImageCrop(int X, int Y, int Width, int Height);
