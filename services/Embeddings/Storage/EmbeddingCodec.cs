using System.IO.Hashing;

namespace Segmentation.Embeddings.Storage;

/// <summary>
/// An embedding as bytes, for stores outside of this process. A header of fixed size with a checksum of its own comes
/// first, so that one range read tells what an image is without its megabytes of values. Models with several tensors
/// have a second value, with all tensors but the first; the header of the first value has its checksum, so that halves
/// of two writes are never put together.
/// </summary>
/// <remarks>
/// All numbers are little-endian. Version 1 is an embedding of one tensor.
/// <code>
/// offset  size  first value
///      0     4  "SEGE"
///      4     2  version, 1, or 2 where there is a second value
///      6     1  element type, 1 = IEEE 754 binary16, 2 = signed bytes with a scale for each 4,096 (a channel)
///      7     1  length of the media type, 0 to 63
///      8    12  channels, rows, columns of the first tensor
///     20     8  width and height of the upright image
///     28     8  size of the file as uploaded
///     36    63  media type, ASCII, zero-filled
///     99     1  zero
///    100     4  version 2: number of values of the other tensors; else zero
///    104     8  version 2: XxHash3 of the second value; else zero
///    112     8  XxHash3 of the values
///    120     8  XxHash3 of the 120 bytes above
///    128        values of the first tensor
///
/// offset  size  second value
///      0     4  "SEGO"
///      4     2  version, 2
///      6     1  element type, as in the first value
///      7     1  zero
///      8        values of the other tensors, one behind the other
/// </code>
/// </remarks>
public static class EmbeddingCodec
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderSize = EmbeddingHeader.Size;

    /// <summary>Bytes of the first value in 16 bits, which is all of an embedding of one tensor.</summary>
    public const int EncodedSize = HeaderSize + Embedding.Length * sizeof(ushort);

    /// <summary>Bytes of the first value in 8 bits.</summary>
    public static int CompactSize { get; } = HeaderSize + (int)ChannelScales.SizeOf(Embedding.Length);

    private const int OthersHeaderSize = 8;
    private const byte OthersVersion = 2;

    private static ReadOnlySpan<byte> OthersMagic => "SEGO"u8;

    /// <summary>
    /// Writes an embedding of one tensor: <see cref="EncodedSize"/> bytes, or <see cref="CompactSize"/> in 8 bits.
    /// </summary>
    /// <param name="embedding">The embedding.</param>
    /// <param name="encoding">How its values are written; a reader sees it in the header.</param>
    /// <exception cref="ArgumentException">
    /// The media type is longer than 63 characters or not ASCII, or the embedding has more tensors.
    /// </exception>
    public static byte[] Encode(Embedding embedding, EmbeddingEncoding encoding = EmbeddingEncoding.Float16) =>
        EncodeAll(embedding, encoding) is { Others: null, First: var bytes }
            ? bytes
            : throw new ArgumentException("The embedding has several tensors and needs two values.", nameof(embedding));

    /// <summary>Writes an embedding of any number of tensors.</summary>
    /// <param name="embedding">The embedding.</param>
    /// <param name="encoding">How its values are written; a reader sees it in the header.</param>
    /// <exception cref="ArgumentException">The media type is longer than 63 characters or not ASCII.</exception>
    public static StoredEmbedding EncodeAll(Embedding embedding, EmbeddingEncoding encoding)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        var type = encoding == EmbeddingEncoding.Int8 ? EmbeddingHeader.ScaledBytes : EmbeddingHeader.Binary16;
        var others = embedding.Others.IsEmpty ? null : EncodeOthers(embedding.Others.Span, type);
        var first = Write(embedding.First.Span, type, HeaderSize);
        EmbeddingHeader.Write(
            embedding.Info,
            type,
            embedding.Count - Embedding.Length,
            others is null ? 0 : XxHash3.HashToUInt64(others),
            first);
        return new StoredEmbedding(first, others);
    }

    /// <summary>Reads an embedding. Never throws, whatever the bytes are.</summary>
    /// <param name="first">
    /// A whole first value; in 16 bits the embedding keeps the memory, unless there is a second value.
    /// </param>
    /// <param name="others">A whole second value; empty where <see cref="HasOthers"/> says that there is none.</param>
    public static CodecResult<Embedding> Decode(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> others = default)
    {
        var header = DecodeHeader(first.Span);
        if (header.Status != CodecStatus.Ok)
        {
            return new(header.Status, null);
        }

        var (values, type) = (first[HeaderSize..], EmbeddingHeader.TypeOf(first.Span));
        if (values.Length != SizeOf(Embedding.Length, type)
            || XxHash3.HashToUInt64(values.Span) != EmbeddingHeader.PayloadHashOf(first.Span))
        {
            return new(CodecStatus.Damaged, null);
        }

        var count = EmbeddingHeader.OtherCountOf(first.Span);
        if (count == 0 && type == EmbeddingHeader.Binary16)
        {
            return new(CodecStatus.Ok, new Embedding(header.Value!, values));
        }

        if (count > 0 && !AreOthers(first.Span, others.Span, count))
        {
            return new(CodecStatus.Damaged, null);
        }

        const int FirstBytes = Embedding.Length * sizeof(ushort);
        var float16 = new byte[FirstBytes + (long)count * sizeof(ushort)];
        Read(values.Span, type, float16.AsSpan(0, FirstBytes));
        if (count > 0)
        {
            Read(others.Span[OthersHeaderSize..], type, float16.AsSpan(FirstBytes));
        }

        return new(CodecStatus.Ok, new Embedding(header.Value!, float16));
    }

    /// <summary>Reads what the header says of the image. Never throws, whatever the bytes are.</summary>
    /// <param name="bytes">At least the first <see cref="HeaderSize"/> bytes of a first value.</param>
    public static CodecResult<EmbeddingInfo> DecodeHeader(ReadOnlySpan<byte> bytes) => EmbeddingHeader.Read(bytes);

    /// <summary>True if a header says that there is a second value.</summary>
    /// <param name="bytes">Bytes of which <see cref="DecodeHeader"/> said Ok.</param>
    public static bool HasOthers(ReadOnlySpan<byte> bytes) => EmbeddingHeader.OtherCountOf(bytes) > 0;

    private static byte[] EncodeOthers(ReadOnlySpan<byte> float16, byte type)
    {
        var bytes = Write(float16, type, OthersHeaderSize);
        OthersMagic.CopyTo(bytes);
        (bytes[4], bytes[6]) = (OthersVersion, type);
        return bytes;
    }

    // The checksum of the whole second value is in the first: it says that both are of one write.
    private static bool AreOthers(ReadOnlySpan<byte> first, ReadOnlySpan<byte> others, int count) =>
        others.Length == OthersHeaderSize + SizeOf(count, EmbeddingHeader.TypeOf(first))
        && others.StartsWith(OthersMagic)
        && others[4] == OthersVersion
        && others[6] == EmbeddingHeader.TypeOf(first)
        && XxHash3.HashToUInt64(others) == EmbeddingHeader.OthersHashOf(first);

    private static long SizeOf(long count, byte type) =>
        type == EmbeddingHeader.ScaledBytes ? ChannelScales.SizeOf(count) : count * sizeof(ushort);

    private static byte[] Write(ReadOnlySpan<byte> float16, byte type, int offset)
    {
        var bytes = new byte[offset + SizeOf(float16.Length / sizeof(ushort), type)];
        if (type == EmbeddingHeader.ScaledBytes)
        {
            ChannelScales.Write(float16, bytes.AsSpan(offset));
        }
        else
        {
            float16.CopyTo(bytes.AsSpan(offset));
        }

        return bytes;
    }

    private static void Read(ReadOnlySpan<byte> source, byte type, Span<byte> float16)
    {
        if (type == EmbeddingHeader.ScaledBytes)
        {
            ChannelScales.Read(source, float16);
        }
        else
        {
            source.CopyTo(float16);
        }
    }
}
