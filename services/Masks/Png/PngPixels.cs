namespace Segmentation.Masks.Png;

/// <summary>Pixels of a PNG file that is a map of numbers. Made by <see cref="PngReader"/>.</summary>
public sealed class PngPixels
{
    private readonly byte[] _bytes;
    private readonly byte[] _palette;
    private readonly int _stride;

    internal PngPixels(int width, int height, int stride, bool isColour, byte[] bytes, byte[] palette)
    {
        (Width, Height, IsColour) = (width, height, isColour);
        (_stride, _bytes, _palette) = (stride, bytes, palette);
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>True if pixels are red, green and blue, not numbers.</summary>
    public bool IsColour { get; }

    /// <summary>Colours of the palette; 0: the file has none.</summary>
    public int PaletteLength => _palette.Length / 3;

    /// <summary>
    /// Number of a pixel: the grey value, the place in the palette, or red + 256 green + 65,536 blue.
    /// </summary>
    /// <param name="x">Column.</param>
    /// <param name="y">Row.</param>
    public uint this[int x, int y]
    {
        get
        {
            var at = ((long)y * Width + x) * _stride;
            return _stride switch
            {
                1 => _bytes[at],
                2 => (uint)((_bytes[at] << 8) | _bytes[at + 1]),
                _ => _bytes[at] | ((uint)_bytes[at + 1] << 8) | ((uint)_bytes[at + 2] << 16),
            };
        }
    }

    /// <summary>
    /// Colour of a number as red + 256 green + 65,536 blue: of the palette where there is one, else the number of a
    /// colour or a grey of 8 bits.
    /// </summary>
    public uint ColourOf(uint number)
    {
        if (IsColour)
        {
            return number;
        }

        if (_palette.Length == 0)
        {
            return number * 0x010101;
        }

        var at = 3 * (int)number;
        return at + 2 < _palette.Length
            ? _palette[at] | ((uint)_palette[at + 1] << 8) | ((uint)_palette[at + 2] << 16)
            : 0;
    }
}
