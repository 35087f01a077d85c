using Segmentation.Masks;

namespace Segmentation.Cli.Drawing;

/// <summary>Tints the area of a mask and draws a line along its inner edge.</summary>
internal static class MaskPainting
{
    private const double TintOpacity = 0.45;
    private const double LineOpacity = 0.95;

    /// <summary>Paints one mask.</summary>
    /// <param name="canvas">A picture of the mask's size.</param>
    /// <param name="mask">The mask.</param>
    /// <param name="tint">Colour of the area.</param>
    /// <param name="outline">Colour of the line.</param>
    /// <param name="line">Width of the line in pixels.</param>
    public static void Paint(Canvas canvas, RunLengths mask, Rgb tint, Rgb outline, double line)
    {
        var (inside, box) = (mask.ToBytes(), mask.Box);
        var reach = (int)Math.Ceiling(line / 2);
        for (var y = box.Y; y < box.Y + box.Height; y++)
        {
            for (var x = box.X; x < box.X + box.Width; x++)
            {
                if (inside[y * canvas.Width + x] == 0)
                {
                    continue;
                }

                var isEdge = IsOutside(x - reach, y) || IsOutside(x + reach, y) || IsOutside(x, y - reach)
                    || IsOutside(x, y + reach);
                canvas.Blend(x, y, isEdge ? outline : tint, isEdge ? LineOpacity : TintOpacity);
            }
        }

        bool IsOutside(int x, int y) => (uint)x < (uint)canvas.Width && (uint)y < (uint)canvas.Height
            && inside[y * canvas.Width + x] == 0;
    }
}
