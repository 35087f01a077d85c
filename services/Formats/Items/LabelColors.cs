using System.Globalization;

namespace Segmentation.Formats.Items;

/// <summary>Colours of labels.</summary>
internal static class LabelColors
{
    /// <summary>
    /// Returns the colour of a label as red, green and blue: its own, else one of Pascal VOC's by its number.
    /// </summary>
    public static (byte Red, byte Green, byte Blue) Of(DatasetLabel label) => Parse(label.Color) ?? Voc(label.Id);

    /// <summary>Reads <c>#rrggbb</c>; null: that is none.</summary>
    public static (byte Red, byte Green, byte Blue)? Parse(string? color) =>
        color is ['#', ..] && color.Length == 7
        && uint.TryParse(color.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb)
            ? ((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb)
            : null;

    /// <summary>Writes <c>#rrggbb</c>.</summary>
    public static string Text(byte red, byte green, byte blue) => $"#{red:x2}{green:x2}{blue:x2}";

    /// <summary>
    /// Returns Pascal VOC's colour of a number: its bits by threes are the highest bits of red, green and blue.
    /// </summary>
    public static (byte Red, byte Green, byte Blue) Voc(int number)
    {
        int red = 0, green = 0, blue = 0;
        for (var bit = 7; bit >= 0 && number > 0; bit--, number >>= 3)
        {
            red |= (number & 1) << bit;
            green |= ((number >> 1) & 1) << bit;
            blue |= ((number >> 2) & 1) << bit;
        }

        return ((byte)red, (byte)green, (byte)blue);
    }
}
