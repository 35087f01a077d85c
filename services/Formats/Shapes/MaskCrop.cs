using Segmentation.Masks;
using Segmentation.Masks.Geometry;

namespace Segmentation.Formats.Shapes;

/// <summary>Pixels of a mask within a box, row by row: 0 outside, 1 inside.</summary>
/// <param name="Box">The box in the picture.</param>
/// <param name="Pixels">Height x width pixels of the box.</param>
internal sealed record MaskCrop(PixelBox Box, byte[] Pixels)
{
    /// <summary>Cuts the box around a mask out.</summary>
    public static MaskCrop Of(RunLengths mask) => Of(mask, mask.Box);

    /// <summary>Cuts a box out that holds the whole mask.</summary>
    public static MaskCrop Of(RunLengths mask, PixelBox box)
    {
        var pixels = new byte[box.Width * box.Height];
        MaskSpans.Visit(mask, (x, top, bottom) =>
        {
            for (var y = top; y < bottom; y++)
            {
                pixels[(y - box.Y) * box.Width + x - box.X] = 1;
            }
        });
        return new(box, pixels);
    }

    /// <summary>Returns the mask on a picture, which the box lies in.</summary>
    public RunLengths ToMask(int height, int width) => RunLengthPlacement.Place(
        RunLengths.FromBytes(Box.Height, Box.Width, Pixels), Box.X, Box.Y, height, width);
}
