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
}
