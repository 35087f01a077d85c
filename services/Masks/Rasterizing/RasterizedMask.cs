using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Rasterizing;

/// <summary>A mask at the image's full size, with what was counted while it was made.</summary>
/// <param name="RunLengths">The mask.</param>
/// <param name="Area">Pixels inside.</param>
/// <param name="Box">Smallest box around the mask; all zero for an empty one.</param>
/// <param name="StabilityScore">
/// Pixels above threshold + offset over pixels above threshold - offset, 0 to 1; 0 when there are none of the latter.
/// </param>
public readonly record struct RasterizedMask(RunLengths RunLengths, long Area, PixelBox Box, float StabilityScore);
