using System.Buffers.Binary;

namespace Segmentation.Projects.Pictures.Metadata;

/// <summary>Cuts metadata out of WebP files (RFC 9649).</summary>
internal static class WebPMetadata
{
    private const int HeaderLength = 12;
    private const byte HasXmp = 0x04;
    private const byte HasExif = 0x08;

    // Position, size, duration and flags of a frame.
    private const int FrameHeader = 16;

    /// <summary>Copies a file's chunks that pixels and colours depend on.</summary>
    /// <param name="file">The file.</param>
    /// <param name="orientation">EXIF orientation that the result says.</param>
    /// <exception cref="InvalidDataException">The chunks cannot be followed.</exception>
    public static byte[] Strip(ReadOnlySpan<byte> file, int orientation)
    {
        var result = new MemoryStream(file.Length);
        result.Write(file[..HeaderLength]);
        var end = Math.Min(file.Length, BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L);
        CopyChunks(file[HeaderLength..(int)end], result, orientation);
        if (orientation != 1)
        {
            Write(result, "EXIF"u8, OrientationExif.Of(orientation));
        }

        var bytes = result.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), (uint)(bytes.Length - 8));
        return bytes;
    }

    private static void CopyChunks(ReadOnlySpan<byte> chunks, MemoryStream result, int orientation)
    {
        while (chunks.Length >= 8)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(chunks[4..]);
            if (length > (uint)(chunks.Length - 8))
            {
                throw new InvalidDataException("A chunk of the WebP file is cut off.");
            }

            var type = chunks[..4];
            var content = chunks.Slice(8, (int)length);
            if (type.SequenceEqual("VP8X"u8) && content.Length > 0)
            {
                var header = content.ToArray();
                header[0] = (byte)((header[0] & ~(HasExif | HasXmp)) | (orientation == 1 ? 0 : HasExif));
                Write(result, type, header);
            }
            else if (type.SequenceEqual("ANMF"u8) && content.Length >= FrameHeader)
            {
                var frame = new MemoryStream(content.Length);
                frame.Write(content[..FrameHeader]);
                CopyChunks(content[FrameHeader..], frame, orientation);
                Write(result, type, frame.ToArray());
            }
            else if (IsKept(type))
            {
                Write(result, type, content);
            }

            // Chunks begin at even offsets.
            chunks = chunks[Math.Min(chunks.Length, 8 + content.Length + (content.Length & 1))..];
        }
    }

    private static bool IsKept(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("VP8 "u8) || type.SequenceEqual("VP8L"u8) || type.SequenceEqual("ALPH"u8)
            || type.SequenceEqual("ICCP"u8) || type.SequenceEqual("ANIM"u8);

    private static void Write(MemoryStream result, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
        result.Write(type);
        result.Write(length);
        result.Write(content);
        if ((content.Length & 1) != 0)
        {
            result.WriteByte(0);
        }
    }
}
