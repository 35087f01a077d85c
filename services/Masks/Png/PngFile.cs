using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Text;

namespace Segmentation.Masks.Png;

/// <summary>Signature and chunks of a PNG file (ISO/IEC 15948), not interlaced.</summary>
internal static class PngFile
{
    /// <summary>Filter of a row whose bytes are differences to the row above.</summary>
    public const byte FilterUp = 2;

    private const int HeaderBytes = 13;
    private const byte DefaultBitDepth = 8;

    /// <summary>First bytes of every file.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Writes a file.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="colour">Channels of a pixel.</param>
    /// <param name="compression">Level and strategy of deflate.</param>
    /// <param name="writeRows">Writes the rows, each with its filter's byte before it.</param>
    /// <param name="bitDepth">Bits of a channel.</param>
    /// <param name="palette">Red, green and blue of each place; empty: none.</param>
    public static byte[] Write(
        int width,
        int height,
        PngColour colour,
        ZLibCompressionOptions compression,
        Action<Stream> writeRows,
        byte bitDepth = DefaultBitDepth,
        ReadOnlySpan<byte> palette = default)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = bitDepth;
        header[9] = (byte)colour;
        WriteChunk(file, "IHDR", header);
        if (!palette.IsEmpty)
        {
            WriteChunk(file, "PLTE", palette);
        }

        using var compressed = new MemoryStream();
        using (var stream = new ZLibStream(compressed, compression, leaveOpen: true))
        {
            writeRows(stream);
        }

        WriteChunk(file, "IDAT", compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>Writes rows as differences to the row above.</summary>
    /// <param name="stream">Takes the filtered rows.</param>
    /// <param name="pixels">The pixels, row by row.</param>
    /// <param name="rowBytes">Bytes of a row.</param>
    public static void WriteRows(Stream stream, ReadOnlySpan<byte> pixels, int rowBytes)
    {
        var row = new byte[rowBytes + 1];
        row[0] = FilterUp;
        ReadOnlySpan<byte> above = new byte[rowBytes];
        for (var start = 0; start < pixels.Length; start += rowBytes)
        {
            var current = pixels.Slice(start, rowBytes);
            TensorPrimitives.Subtract(current, above, row.AsSpan(1));
            stream.Write(row);
            above = current;
        }
    }

    private static void WriteChunk(MemoryStream file, string type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        Span<byte> name = stackalloc byte[sizeof(uint)];
        Encoding.ASCII.GetBytes(type, name);
        file.Write(name);
        file.Write(content);
        var crc = new Crc32();
        crc.Append(name);
        crc.Append(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, crc.GetCurrentHashAsUInt32());
        file.Write(number);
    }
}

/// <summary>Channels of a pixel, with PNG's numbers of colour types.</summary>
internal enum PngColour : byte
{
    /// <summary>One channel.</summary>
    Grey = 0,

    /// <summary>Red, green, blue.</summary>
    Rgb = 2,

    /// <summary>One channel, whose values are places in a palette.</summary>
    Palette = 3,

    /// <summary>Grey and opacity.</summary>
    GreyAlpha = 4,

    /// <summary>Red, green, blue and opacity.</summary>
    Rgba = 6,
}
