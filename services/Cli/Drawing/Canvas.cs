using Segmentation.Sam.Images;

namespace Segmentation.Cli.Drawing;

/// <summary>Blends shapes into an RGB picture, with soft edges.</summary>
internal sealed class Canvas(RgbImage image)
{
    public int Width => image.Width;

    public int Height => image.Height;

    /// <summary>Mixes a colour into one pixel; pixels outside of the picture are ignored.</summary>
    public void Blend(int x, int y, Rgb colour, double opacity)
    {
        if ((uint)x >= (uint)Width || (uint)y >= (uint)Height)
        {
            return;
        }

        var pixel = image.Pixels.AsSpan((y * Width + x) * 3, 3);
        pixel[0] = Mix(pixel[0], colour.R, opacity);
        pixel[1] = Mix(pixel[1], colour.G, opacity);
        pixel[2] = Mix(pixel[2], colour.B, opacity);
    }

    /// <summary>Draws a filled circle.</summary>
    public void Disc(double centreX, double centreY, double radius, Rgb colour) =>
        Shape(centreX, centreY, radius + 1, colour, (dx, dy) => radius + 0.5 - Math.Sqrt(dx * dx + dy * dy));

    /// <summary>Draws a plus sign (for points inside).</summary>
    public void Plus(double centreX, double centreY, double radius, double thickness, Rgb colour) =>
        Shape(centreX, centreY, radius + 1, colour, (dx, dy) => Math.Max(
            Math.Min(radius + 0.5 - Math.Abs(dx), thickness / 2 + 0.5 - Math.Abs(dy)),
            Math.Min(radius + 0.5 - Math.Abs(dy), thickness / 2 + 0.5 - Math.Abs(dx))));

    /// <summary>Draws a minus sign (for points outside).</summary>
    public void Minus(double centreX, double centreY, double radius, double thickness, Rgb colour) =>
        Shape(centreX, centreY, radius + 1, colour, (dx, dy) =>
            Math.Min(radius + 0.5 - Math.Abs(dx), thickness / 2 + 0.5 - Math.Abs(dy)));

    /// <summary>Draws the edge of a rectangle, centred on its line.</summary>
    public void Frame(double left, double top, double right, double bottom, double thickness, Rgb colour)
    {
        var half = thickness / 2;
        Fill(left - half, top - half, right + half, top + half, colour);
        Fill(left - half, bottom - half, right + half, bottom + half, colour);
        Fill(left - half, top + half, left + half, bottom - half, colour);
        Fill(right - half, top + half, right + half, bottom - half, colour);
    }

    private static byte Mix(byte under, byte over, double opacity) => (byte)(under + (over - under) * opacity + 0.5);

    private void Fill(double left, double top, double right, double bottom, Rgb colour)
    {
        for (var y = (int)Math.Round(top); y < (int)Math.Round(bottom); y++)
        {
            for (var x = (int)Math.Round(left); x < (int)Math.Round(right); x++)
            {
                Blend(x, y, colour, 1);
            }
        }
    }

    /// <summary>Paints where <paramref name="depth"/> (pixels inside of the edge) is positive.</summary>
    private void Shape(double centreX, double centreY, double reach, Rgb colour, Func<double, double, double> depth)
    {
        for (var y = (int)(centreY - reach); y <= (int)(centreY + reach); y++)
        {
            for (var x = (int)(centreX - reach); x <= (int)(centreX + reach); x++)
            {
                var opacity = Math.Clamp(depth(x + 0.5 - centreX, y + 0.5 - centreY), 0, 1);
                Blend(x, y, colour, opacity);
            }
        }
    }
}
