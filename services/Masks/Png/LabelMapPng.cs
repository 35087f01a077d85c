using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics.Tensors;

namespace Segmentation.Masks.Png;

/// <summary>Writes maps of numbers as PNG files: each pixel is the number of what lies there.</summary>
public static class LabelMapPng
{
    // Rows of a map differ from the row above in few places, so runs of zeros are nearly all there is to compress.
    private static readonly ZLibCompressionOptions _compression = new()
    {
        CompressionLevel = 3, CompressionStrategy = ZLibCompressionStrategy.Default,
    };

    /// <summary>Writes an 8-bit map with a palette, which viewers show in its colours.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="numbers">width x height numbers, row by row.</param>
    /// <param name="palette">Red, green and blue of each number, 1 to 256 of them; numbers stay below.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public static byte[] Palette(int width, int height, ReadOnlyMemory<byte> numbers, ReadOnlySpan<byte> palette)
    {
        if (palette.Length is 0 or > 768 || palette.Length % 3 != 0)
        {
            throw new ArgumentException("A palette has 1 to 256 colours of 3 bytes.", nameof(palette));
        }

        CheckSize(width, height, numbers.Length);
        return PngFile.Write(
            width, height, PngColour.Palette, _compression, stream => PngFile.WriteRows(stream, numbers.Span, width),
            palette: palette);
    }

    /// <summary>Writes an 8-bit grey map.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="numbers">width x height numbers, row by row.</param>
    /// <exception cref="ArgumentException">The number of pixels does not fit.</exception>
    public static byte[] Grey(int width, int height, ReadOnlyMemory<byte> numbers)
    {
        CheckSize(width, height, numbers.Length);
        return PngFile.Write(
            width, height, PngColour.Grey, _compression, stream => PngFile.WriteRows(stream, numbers.Span, width));
    }

    /// <summary>Writes a 16-bit grey map.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="numbers">width x height numbers, row by row.</param>
    /// <exception cref="ArgumentException">The number of pixels does not fit.</exception>
    public static byte[] Grey16(int width, int height, ReadOnlyMemory<ushort> numbers)
    {
        CheckSize(width, height, numbers.Length);
        return PngFile.Write(
            width, height, PngColour.Grey, _compression, stream => WriteRows16(stream, numbers.Span, width), 16);
    }

    private static void CheckSize(int width, int height, int given)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (given != (long)width * height)
        {
            throw new ArgumentException($"Expected {(long)width * height} numbers, got {given}.");
        }
    }

    private static void WriteRows16(Stream stream, ReadOnlySpan<ushort> numbers, int width)
    {
        var row = new byte[2 * width + 1];
        row[0] = PngFile.FilterUp;
        var above = new byte[2 * width];
        var current = new byte[2 * width];
        for (var start = 0; start < numbers.Length; start += width)
        {
            for (var x = 0; x < width; x++)
            {
                BinaryPrimitives.WriteUInt16BigEndian(current.AsSpan(2 * x), numbers[start + x]);
            }

            TensorPrimitives.Subtract<byte>(current, above, row.AsSpan(1));
            stream.Write(row);
            (above, current) = (current, above);
        }
    }
}
