using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Segmentation.Embeddings.Storage;

/// <summary>
/// An embedding as bytes, for stores outside of this process. A header of fixed size with a checksum of its own comes
/// first, so that one range read tells what an image is without its two megabytes of values.
/// </summary>
/// <remarks>
/// All numbers are little-endian.
/// <code>
/// offset  size  what
///      0     4  "SEGE"
///      4     2  version, 1
///      6     1  element type, 1 = IEEE 754 binary16, 2 = signed bytes with a scale a channel
///      7     1  length of the media type, 0 to 63
///      8    12  channels, rows, columns
///     20     8  width and height of the upright image
///     28     8  size of the file as uploaded
///     36    63  media type, ASCII, zero-filled
///     99    13  zero
///    112     8  XxHash3 of the values
///    120     8  XxHash3 of the 120 bytes above
///    128        values
/// </code>
/// </remarks>
public static class EmbeddingCodec
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderSize = 128;

    /// <summary>Bytes of a whole stored embedding in 16 bits.</summary>
    public const int EncodedSize = HeaderSize + Embedding.Length * sizeof(ushort);

    /// <summary>Bytes of a whole stored embedding in 8 bits.</summary>
    public const int CompactSize = HeaderSize + ChannelScales.Size;

    private const int MaxMediaTypeLength = 63;
    private const int MediaTypeOffset = 36;
    private const int PayloadHashOffset = 112;
    private const int HeaderHashOffset = 120;
    private const ushort Version = 1;
    private const byte Binary16 = 1;
    private const byte ScaledBytes = 2;

    private static ReadOnlySpan<byte> Magic => "SEGE"u8;

    private static ReadOnlySpan<int> Dimensions => [256, 64, 64];

    /// <summary>
    /// Writes an embedding: <see cref="EncodedSize"/> bytes, or <see cref="CompactSize"/> in 8 bits.
    /// </summary>
    /// <param name="embedding">The embedding.</param>
    /// <param name="encoding">How its values are written; a reader sees it in the header.</param>
    /// <exception cref="ArgumentException">The media type is longer than 63 characters or not ASCII.</exception>
    public static byte[] Encode(
        Embedding embedding, EmbeddingEncoding encoding = EmbeddingEncoding.Float16)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        byte[] bytes;
        if (encoding == EmbeddingEncoding.Int8)
        {
            bytes = new byte[CompactSize];
            ChannelScales.Write(embedding, bytes.AsSpan(HeaderSize));
            WriteHeader(embedding.Info, ScaledBytes, bytes);
        }
        else
        {
            bytes = new byte[EncodedSize];
            embedding.Float16.Span.CopyTo(bytes.AsSpan(HeaderSize));
            WriteHeader(embedding.Info, Binary16, bytes);
        }

        return bytes;
    }

    /// <summary>Reads an embedding. Never throws, whatever the bytes are.</summary>
    /// <param name="bytes">A whole stored value; in 16 bits the embedding keeps the memory.</param>
    public static CodecResult<Embedding> Decode(ReadOnlyMemory<byte> bytes)
    {
        var header = DecodeHeader(bytes.Span);
        if (header.Status != CodecStatus.Ok)
        {
            return new(header.Status, null);
        }

        var isCompact = bytes.Span[6] == ScaledBytes;
        if (bytes.Length != (isCompact ? CompactSize : EncodedSize))
        {
            return new(CodecStatus.Damaged, null);
        }

        var values = bytes[HeaderSize..];
        var expected = BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[PayloadHashOffset..]);
        if (XxHash3.HashToUInt64(values.Span) != expected)
        {
            return new(CodecStatus.Damaged, null);
        }

        return new(
            CodecStatus.Ok,
            isCompact ? ChannelScales.Read(header.Value!, values.Span) : new Embedding(header.Value!, values));
    }

    /// <summary>Reads what the header says of the image. Never throws, whatever the bytes are.</summary>
    /// <param name="bytes">At least the first <see cref="HeaderSize"/> bytes of a stored value.</param>
    public static CodecResult<EmbeddingInfo> DecodeHeader(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize || !bytes.StartsWith(Magic))
        {
            return new(CodecStatus.Damaged, null);
        }

        // Before the checksum: another version may keep it elsewhere.
        if (BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]) != Version)
        {
            return new(CodecStatus.UnknownVersion, null);
        }

        var expected = BinaryPrimitives.ReadUInt64LittleEndian(bytes[HeaderHashOffset..]);
        return XxHash3.HashToUInt64(bytes[..HeaderHashOffset]) == expected && ReadInfo(bytes) is { } info
            ? new(CodecStatus.Ok, info)
            : new(CodecStatus.Damaged, null);
    }

    private static void WriteHeader(EmbeddingInfo info, byte elementType, Span<byte> bytes)
    {
        var header = bytes[..HeaderSize];
        if (info.MediaType.Length > MaxMediaTypeLength || !Ascii.IsValid(info.MediaType))
        {
            throw new ArgumentException(
                $"A media type has at most {MaxMediaTypeLength} ASCII characters.", nameof(info));
        }

        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], Version);
        header[6] = elementType;
        header[7] = (byte)info.MediaType.Length;
        for (var i = 0; i < Dimensions.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header[(8 + 4 * i)..], Dimensions[i]);
        }

        BinaryPrimitives.WriteInt32LittleEndian(header[20..], info.Width);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], info.Height);
        BinaryPrimitives.WriteInt64LittleEndian(header[28..], info.SizeBytes);
        Ascii.FromUtf16(info.MediaType, header[MediaTypeOffset..], out _);
        BinaryPrimitives.WriteUInt64LittleEndian(
            header[PayloadHashOffset..], XxHash3.HashToUInt64(bytes[HeaderSize..]));
        BinaryPrimitives.WriteUInt64LittleEndian(
            header[HeaderHashOffset..], XxHash3.HashToUInt64(header[..HeaderHashOffset]));
    }

    // A checksum keeps out accidents, not somebody who can write to the store: what the fields say is checked too.
    private static EmbeddingInfo? ReadInfo(ReadOnlySpan<byte> header)
    {
        var width = BinaryPrimitives.ReadInt32LittleEndian(header[20..]);
        var height = BinaryPrimitives.ReadInt32LittleEndian(header[24..]);
        var sizeBytes = BinaryPrimitives.ReadInt64LittleEndian(header[28..]);
        if (header[6] is not (Binary16 or ScaledBytes) || header[7] > MaxMediaTypeLength || width < 1 || height < 1 || sizeBytes < 0)
        {
            return null;
        }

        for (var i = 0; i < Dimensions.Length; i++)
        {
            if (BinaryPrimitives.ReadInt32LittleEndian(header[(8 + 4 * i)..]) != Dimensions[i])
            {
                return null;
            }
        }

        var mediaType = header.Slice(MediaTypeOffset, header[7]);
        return Ascii.IsValid(mediaType)
            ? new EmbeddingInfo(width, height, sizeBytes, System.Text.Encoding.ASCII.GetString(mediaType))
            : null;
    }
}

/// <summary>Outcome of reading bytes that should be a stored embedding.</summary>
public enum CodecStatus
{
    /// <summary>Read, and its checksums hold.</summary>
    Ok,

    /// <summary>Written by another version of this program.</summary>
    UnknownVersion,

    /// <summary>Truncated, changed, or never an embedding.</summary>
    Damaged,
}

/// <summary>Something read from stored bytes, or why it could not be.</summary>
/// <param name="Status">What happened.</param>
/// <param name="Value">What was read; null unless <paramref name="Status"/> is Ok.</param>
/// <typeparam name="T">What was to be read.</typeparam>
public readonly record struct CodecResult<T>(CodecStatus Status, T? Value)
    where T : class;
