using Segmentation.Masks.Geometry;
using Segmentation.Sam.Images;

namespace Segmentation.Cli.Catalogue;

/// <summary>A picture of coloured discs that is the same every time, for comparisons without photographs.</summary>
internal static class SeededPicture
{
    private const int Seed = 20;
    private const int Discs = 12;
    private const int Width = 600;
    private const int Height = 400;

    /// <summary>Draws the picture as a model's encoder takes it.</summary>
    /// <param name="resizing">The model's rule.</param>
    public static ModelImage Draw(Resizing resizing)
    {
        var geometry = new ImageGeometry(Width, Height, resizing);
        var random = new Random(Seed);
        var discs = Enumerable.Range(0, Discs)
            .Select(_ => (
                X: random.Next(geometry.ResizedWidth),
                Y: random.Next(geometry.ResizedHeight),
                Radius: random.Next(40, 200),
                Colour: new[] { random.Next(256), random.Next(256), random.Next(256) }))
            .ToArray();
        var pixels = new byte[geometry.ResizedHeight * geometry.ResizedWidth * 3];
        for (var y = 0; y < geometry.ResizedHeight; y++)
        {
            for (var x = 0; x < geometry.ResizedWidth; x++)
            {
                var place = (y * geometry.ResizedWidth + x) * 3;
                (pixels[place], pixels[place + 1], pixels[place + 2]) = ((byte)(x / 8), (byte)(y / 8), 90);
                foreach (var disc in discs)
                {
                    var (dx, dy) = (x - disc.X, y - disc.Y);
                    if (dx * dx + dy * dy < disc.Radius * disc.Radius)
                    {
                        (pixels[place], pixels[place + 1], pixels[place + 2]) =
                            ((byte)disc.Colour[0], (byte)disc.Colour[1], (byte)disc.Colour[2]);
                    }
                }
            }
        }

        return new ModelImage(geometry, "image/png", pixels);
    }
}
