namespace Segmentation.Cli.Drawing;

/// <summary>Colours that stand apart from each other and from most photographs.</summary>
internal static class Palette
{
    public static readonly Rgb White = new(255, 255, 255);
    public static readonly Rgb Dark = new(20, 20, 20);
    public static readonly Rgb Foreground = new(34, 197, 94);
    public static readonly Rgb Background = new(239, 68, 68);

    private static readonly Rgb[] _objects =
    [
        new(0, 114, 255), new(255, 140, 0), new(180, 60, 220), new(0, 180, 170), new(240, 60, 130), new(150, 190, 0),
        new(255, 210, 0), new(110, 80, 255),
    ];

    public static Rgb Object(int index) => _objects[index % _objects.Length];

    /// <summary>
    /// Returns a colour for each object, and a lighter or darker one for its outline. Neighbouring numbers are far
    /// apart in hue: multiples of the golden ratio spread evenly however many there are.
    /// </summary>
    public static (Rgb Tint, Rgb Outline) Distinct(int index)
    {
        const double GoldenRatio = 0.618034;
        var hue = (0.58 + index * GoldenRatio) % 1;
        // Three lightnesses in turn tell hues apart that come close after many objects.
        var lightness = 0.5 + 0.12 * (index % 3 - 1);
        return (FromHsl(hue, 0.85, lightness), FromHsl(hue, 1, lightness > 0.5 ? lightness - 0.22 : lightness + 0.25));
    }

    private static Rgb FromHsl(double hue, double saturation, double lightness)
    {
        return new(Channel(0), Channel(8), Channel(4));

        // HSL to RGB: each channel is the same trapezoid over the hue, a third of a turn apart.
        byte Channel(int offset)
        {
            var position = (offset + hue * 12) % 12;
            var edge = Math.Clamp(Math.Min(position - 3, 9 - position), -1, 1);
            return (byte)(255 * (lightness - saturation * Math.Min(lightness, 1 - lightness) * edge) + 0.5);
        }
    }
}

/// <summary>A colour, 0 to 255 a channel.</summary>
internal readonly record struct Rgb(byte R, byte G, byte B);
