using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Segmentation.Masks.Png;

/// <summary>
/// Reads PNG files that are maps of numbers, without a native library: grey of 1 to 16 bits, palettes, and RGB of 8 bits
/// a channel; opacity is left out. Interlaced files are refused.
/// </summary>
public static class PngReader
{
    private const int HeaderBytes = 13;
    private const int ChunkBytes = 12;
    private const int MaxDeflateRatio = 1032;

    /// <summary>Reads the size that a file's header says.</summary>
    /// <param name="file">The beginning of the file, at least 33 bytes.</param>
    /// <exception cref="PngFormatException">The file is no PNG.</exception>
    public static (int Width, int Height) SizeOf(ReadOnlySpan<byte> file)
    {
        var header = HeaderOf(file);
        return (header.Width, header.Height);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="maxPixels">Pixels that the file may have at most.</param>
    /// <exception cref="PngFormatException">The file is damaged, too large, or of a kind that is not read.</exception>
    public static PngPixels Read(ReadOnlyMemory<byte> file, long maxPixels)
    {
        var header = HeaderOf(file.Span);
        if ((long)header.Width * header.Height > maxPixels)
        {
            throw new PngFormatException(
                $"it has {header.Width} x {header.Height} pixels; at most {maxPixels} are read");
        }

        byte[] palette = [];
        var content = new List<ReadOnlyMemory<byte>>();
        for (var at = PngFile.Signature.Length; ;)
        {
            var (type, chunk) = ChunkAt(file, at);
            at += ChunkBytes + chunk.Length;
            switch (type)
            {
                case "PLTE":
                    palette = chunk.Length % 3 == 0 && chunk.Length <= 768
                        ? chunk.ToArray()
                        : throw new PngFormatException("its palette has not 1 to 256 colours");
                    break;
                case "IDAT":
                    content.Add(chunk);
                    break;
                case "IEND":
                    return Unpack(header, content, palette);
            }
        }
    }

    private static PngHeader HeaderOf(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(PngFile.Signature))
        {
            throw new PngFormatException("it does not begin as a PNG file does");
        }

        var chunk = file[PngFile.Signature.Length..];
        if (chunk.Length < ChunkBytes + HeaderBytes
            || BinaryPrimitives.ReadUInt32BigEndian(chunk) != HeaderBytes || !chunk[4..].StartsWith("IHDR"u8))
        {
            throw new PngFormatException("it has no complete header");
        }

        return PngHeader.Read(chunk.Slice(8, HeaderBytes));
    }

    private static (string Type, ReadOnlyMemory<byte> Content) ChunkAt(ReadOnlyMemory<byte> file, int at)
    {
        if (file.Length - at < ChunkBytes)
        {
            throw new PngFormatException("it ends too early");
        }

        var span = file.Span[at..];
        var length = BinaryPrimitives.ReadUInt32BigEndian(span);
        if (length > span.Length - ChunkBytes)
        {
            throw new PngFormatException("it ends too early");
        }

        var type = Encoding.Latin1.GetString(span.Slice(4, 4));
        var sum = Crc32.HashToUInt32(span.Slice(4, 4 + (int)length));
        return sum == BinaryPrimitives.ReadUInt32BigEndian(span[(8 + (int)length)..])
            ? (type, file.Slice(at + 8, (int)length))
            : throw new PngFormatException("a checksum is wrong");
    }

    private static PngPixels Unpack(PngHeader header, List<ReadOnlyMemory<byte>> content, byte[] palette)
    {
        if (header.Colour == PngColour.Palette && palette.Length == 0)
        {
            throw new PngFormatException("its palette is missing");
        }

        // Deflate makes at most 1032 bytes of one: a small file cannot have the pixels of a large one.
        if ((long)header.RowBytes * header.Height / MaxDeflateRatio > content.Sum(piece => (long)piece.Length))
        {
            throw new PngFormatException("its pixels are incomplete");
        }

        var packed = new byte[content.Sum(piece => (long)piece.Length)];
        var filled = 0;
        foreach (var piece in content)
        {
            piece.CopyTo(packed.AsMemory(filled));
            filled += piece.Length;
        }

        try
        {
            using var stream = new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress);
            var bytes = new PngRows(header).Read(stream);
            return new(
                header.Width, header.Height, header.Stride, header.IsColour, bytes,
                header.Colour == PngColour.Palette ? palette : []);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new PngFormatException("its pixels are damaged or incomplete", exception);
        }
    }
}
