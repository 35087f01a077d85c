using Segmentation.Masks.Geometry;

namespace Segmentation.LoadTests.Projects;

/// <summary>A mask as a row has it.</summary>
/// <param name="Counts">Run lengths, ASCII.</param>
/// <param name="Box">Box around it.</param>
/// <param name="Area">Pixels.</param>
internal sealed record SeededMask(byte[] Counts, PixelBox Box, long Area);
