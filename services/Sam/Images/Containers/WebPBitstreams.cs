using System.Buffers.Binary;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Images.Containers;

/// <summary>Checks the lossless bitstreams of a WebP: pixels or transparency.</summary>
internal static class WebPBitstreams
{
    private const int ChunkHeader = 8;
    private const int FrameHeader = 16;

    /// <summary>Checks the chunks of one picture.</summary>
    /// <param name="chunks">Chunks, one behind the other.</param>
    /// <returns>True when something in them is stored without loss.</returns>
    /// <exception cref="ImageException">Decoding would cost more than a picture does.</exception>
    public static bool Check(ReadOnlySpan<byte> chunks)
    {
        ReadOnlySpan<byte> alpha = [];
        while (chunks.Length >= ChunkHeader)
        {
            var type = chunks[..4];
            var length = BinaryPrimitives.ReadUInt32LittleEndian(chunks[4..]);
            var content = chunks[ChunkHeader..];
            content = content[..(int)Math.Min(length, (uint)content.Length)];
            chunks = chunks[Math.Min(chunks.Length, ChunkHeader + content.Length + (content.Length & 1))..];
            if (type.SequenceEqual("ANMF"u8))
            {
                return content.Length > FrameHeader && Check(content[FrameHeader..]);
            }

            if (type.SequenceEqual("ALPH"u8) && alpha.IsEmpty)
            {
                alpha = content;
            }

            if (type.SequenceEqual("VP8L"u8))
            {
                return CheckLossless(content);
            }

            if (type.SequenceEqual("VP8 "u8))
            {
                return CheckAlpha(alpha, content);
            }
        }

        return false;
    }

    private static bool CheckLossless(ReadOnlySpan<byte> content)
    {
        // A signature, width - 1 and height - 1 in 14 bits each, and four more bits.
        if (content.Length > 5)
        {
            var sizes = BinaryPrimitives.ReadUInt32LittleEndian(content[1..]);
            WebPLossless.Check(content[5..], (int)(sizes & 0x3FFF) + 1, (int)(sizes >> 14 & 0x3FFF) + 1);
        }

        return true;
    }

    /// <summary>Checks transparency beside a lossy picture, which has the picture's size.</summary>
    private static bool CheckAlpha(ReadOnlySpan<byte> alpha, ReadOnlySpan<byte> picture)
    {
        var isLossless = alpha.Length > 1 && (alpha[0] & 3) == 1;
        if (isLossless && picture.Length >= 10)
        {
            var width = BinaryPrimitives.ReadUInt16LittleEndian(picture[6..]) & 0x3FFF;
            var height = BinaryPrimitives.ReadUInt16LittleEndian(picture[8..]) & 0x3FFF;
            WebPLossless.Check(alpha[1..], width, height);
        }

        return isLossless;
    }
}
