using System.Buffers.Binary;

namespace Segmentation.Masks.Png;

/// <summary>Header of a PNG file that can be read here.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="BitDepth">Bits of a channel.</param>
/// <param name="Colour">Channels of a pixel.</param>
internal sealed record PngHeader(int Width, int Height, int BitDepth, PngColour Colour)
{
    /// <summary>Channels of a pixel in the file.</summary>
    public int Channels => Colour switch
    {
        PngColour.Rgb => 3,
        PngColour.Rgba => 4,
        PngColour.GreyAlpha => 2,
        _ => 1,
    };

    /// <summary>True if pixels are colours, not numbers.</summary>
    public bool IsColour => Colour is PngColour.Rgb or PngColour.Rgba;

    /// <summary>Bytes of a pixel once read: opacity left out, and never less than a byte.</summary>
    public int Stride => IsColour ? 3 : BitDepth == 16 ? 2 : 1;

    /// <summary>Bytes of a row in the file.</summary>
    public int RowBytes => checked((int)(((long)Width * Channels * BitDepth + 7) / 8));

    /// <summary>Reads a header's 13 bytes.</summary>
    /// <exception cref="PngFormatException">The header is invalid, or of a kind that is not read.</exception>
    public static PngHeader Read(ReadOnlySpan<byte> bytes)
    {
        var width = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var height = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        var (depth, colour) = (bytes[8], (PngColour)bytes[9]);
        var reason = width is 0 or > int.MaxValue / 16 || height is 0 or > int.MaxValue / 16
                ? $"it has the size {width} x {height}"
            : bytes[10] != 0 || bytes[11] != 0 ? "it is compressed in a way that is not known"
            : bytes[12] != 0 ? "it is interlaced; save it without"
            : !IsKnown(depth, colour) ? $"it has {depth} bits and the colour type {bytes[9]}"
            : null;
        return reason is null ? new((int)width, (int)height, depth, colour) : throw new PngFormatException(reason);
    }

    private static bool IsKnown(int depth, PngColour colour) => colour switch
    {
        PngColour.Grey => depth is 1 or 2 or 4 or 8 or 16,
        PngColour.Palette => depth is 1 or 2 or 4 or 8,
        PngColour.GreyAlpha => depth is 8 or 16,
        PngColour.Rgb or PngColour.Rgba => depth == 8,
        _ => false,
    };
}
