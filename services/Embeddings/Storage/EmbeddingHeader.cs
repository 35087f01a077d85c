using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Segmentation.Embeddings.Storage;

/// <summary>The first bytes of a stored embedding, as <see cref="EmbeddingCodec"/> describes them.</summary>
internal static class EmbeddingHeader
{
    public const int Size = 128;
    public const byte Binary16 = 1;
    public const byte ScaledBytes = 2;

    private const int MaxMediaTypeLength = 63;
    private const int MediaTypeOffset = 36;
    private const int OtherCountOffset = 100;
    private const int OthersHashOffset = 104;
    private const int PayloadHashOffset = 112;
    private const int HashOffset = 120;
    private const ushort OneTensor = 1;
    private const ushort SeveralTensors = 2;

    private static ReadOnlySpan<byte> Magic => "SEGE"u8;

    private static ReadOnlySpan<int> Dimensions => [256, 64, 64];

    /// <summary>Type of the values.</summary>
    public static byte TypeOf(ReadOnlySpan<byte> header) => header[6];

    /// <summary>Checksum of the first tensor.</summary>
    public static ulong PayloadHashOf(ReadOnlySpan<byte> header) =>
        BinaryPrimitives.ReadUInt64LittleEndian(header[PayloadHashOffset..]);

    /// <summary>Number of values of the other tensors; 0 where the model has one tensor.</summary>
    public static int OtherCountOf(ReadOnlySpan<byte> header) =>
        VersionOf(header) == SeveralTensors ? BinaryPrimitives.ReadInt32LittleEndian(header[OtherCountOffset..]) : 0;

    /// <summary>Checksum of the other tensors.</summary>
    public static ulong OthersHashOf(ReadOnlySpan<byte> header) =>
        BinaryPrimitives.ReadUInt64LittleEndian(header[OthersHashOffset..]);

    /// <summary>Writes the header before values that are written already.</summary>
    /// <param name="info">The image.</param>
    /// <param name="type">Type of the values.</param>
    /// <param name="otherCount">Number of values of the other tensors.</param>
    /// <param name="othersHash">Checksum of the other tensors.</param>
    /// <param name="bytes">Header and first tensor.</param>
    public static void Write(EmbeddingInfo info, byte type, int otherCount, ulong othersHash, Span<byte> bytes)
    {
        var header = bytes[..Size];
        if (info.MediaType.Length > MaxMediaTypeLength || !Ascii.IsValid(info.MediaType))
        {
            throw new ArgumentException(
                $"A media type has at most {MaxMediaTypeLength} ASCII characters.", nameof(info));
        }

        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], otherCount > 0 ? SeveralTensors : OneTensor);
        header[6] = type;
        header[7] = (byte)info.MediaType.Length;
        for (var i = 0; i < Dimensions.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header[(8 + 4 * i)..], Dimensions[i]);
        }

        BinaryPrimitives.WriteInt32LittleEndian(header[20..], info.Width);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], info.Height);
        BinaryPrimitives.WriteInt64LittleEndian(header[28..], info.SizeBytes);
        Ascii.FromUtf16(info.MediaType, header[MediaTypeOffset..], out _);
        BinaryPrimitives.WriteInt32LittleEndian(header[OtherCountOffset..], otherCount);
        BinaryPrimitives.WriteUInt64LittleEndian(header[OthersHashOffset..], othersHash);
        BinaryPrimitives.WriteUInt64LittleEndian(header[PayloadHashOffset..], XxHash3.HashToUInt64(bytes[Size..]));
        BinaryPrimitives.WriteUInt64LittleEndian(header[HashOffset..], XxHash3.HashToUInt64(header[..HashOffset]));
    }

    /// <summary>Reads the header. Never throws, whatever the bytes are.</summary>
    public static CodecResult<EmbeddingInfo> Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Size || !bytes.StartsWith(Magic))
        {
            return new(CodecStatus.Damaged, null);
        }

        // Before the checksum: another version may keep it elsewhere.
        if (VersionOf(bytes) is not (OneTensor or SeveralTensors))
        {
            return new(CodecStatus.UnknownVersion, null);
        }

        var expected = BinaryPrimitives.ReadUInt64LittleEndian(bytes[HashOffset..]);
        return XxHash3.HashToUInt64(bytes[..HashOffset]) == expected && ReadInfo(bytes) is { } info
            ? new(CodecStatus.Ok, info)
            : new(CodecStatus.Damaged, null);
    }

    private static ushort VersionOf(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);

    // A checksum keeps out accidents, not somebody who can write to the store: what the fields say is checked too.
    private static EmbeddingInfo? ReadInfo(ReadOnlySpan<byte> header)
    {
        var width = BinaryPrimitives.ReadInt32LittleEndian(header[20..]);
        var height = BinaryPrimitives.ReadInt32LittleEndian(header[24..]);
        var sizeBytes = BinaryPrimitives.ReadInt64LittleEndian(header[28..]);
        if (TypeOf(header) is not (Binary16 or ScaledBytes) || header[7] > MaxMediaTypeLength
            || width < 1 || height < 1 || sizeBytes < 0
            || (VersionOf(header) == SeveralTensors && OtherCountOf(header) < 1))
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
            ? new EmbeddingInfo(width, height, sizeBytes, Encoding.ASCII.GetString(mediaType))
            : null;
    }
}
