using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Masks;

/// <summary>Masks as PNG files (ISO/IEC 15948), written row by row from their run lengths: no pixels are kept.</summary>
public static class MaskPng
{
    /// <summary>Bytes that are compressed at a time, in a tenth of a millisecond or so.</summary>
    private const int BlockBytes = 1 << 16;

    /// <summary>Each byte is the difference to the one above.</summary>
    private const byte FilterUp = 2;

    private const int HeaderBytes = 13;
    private const byte BitDepth = 8;
    private const byte Begins = 255;
    private const byte Ends = 1;

    // With the filter a row is zero but where the mask begins or ends: there is nothing to find but runs of zeros.
    private static readonly ZLibCompressionOptions _compression = new()
    {
        CompressionLevel = 1, CompressionStrategy = ZLibCompressionStrategy.RunLengthEncoding,
    };

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Writes an 8-bit grey PNG of the mask's size: 255 inside, 0 outside.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="yieldPoint">Passed every tenth of a millisecond or so.</param>
    public static byte[] Encode(RunLengths mask, YieldPoint yieldPoint = default)
    {
        ArgumentNullException.ThrowIfNull(mask);
        using var file = new MemoryStream();
        file.Write(Signature);
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        BinaryPrimitives.WriteInt32BigEndian(header, mask.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], mask.Height);
        header[8] = BitDepth;
        WriteChunk(file, "IHDR", header);
        using var compressed = new MemoryStream();
        using (var stream = new ZLibStream(compressed, _compression, leaveOpen: true))
        {
            WriteRows(mask, stream, yieldPoint);
        }

        WriteChunk(file, "IDAT", compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static void WriteRows(RunLengths mask, ZLibStream stream, YieldPoint yieldPoint)
    {
        var edges = new RowEdges(mask, yieldPoint);
        var isInside = new bool[mask.Width];
        var rowBytes = mask.Width + 1;
        var block = new byte[Math.Clamp(BlockBytes / rowBytes, 1, mask.Height) * rowBytes];
        for (var y = 0; y < mask.Height;)
        {
            yieldPoint.Check();
            var filled = 0;
            for (; filled < block.Length && y < mask.Height; y++, filled += rowBytes)
            {
                block[filled] = FilterUp;
                foreach (var x in edges.Of(y))
                {
                    isInside[x] = !isInside[x];
                    block[filled + 1 + x] = isInside[x] ? Begins : Ends;
                }
            }

            stream.Write(block.AsSpan(0, filled));
            block.AsSpan(0, filled).Clear();
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
