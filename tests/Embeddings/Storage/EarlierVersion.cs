using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Segmentation.Embeddings.Tests.Storage;

/// <summary>Values as version 1 wrote them, made without the codec.</summary>
internal static class EarlierVersion
{
    /// <summary>The value of an embedding in 16 bits.</summary>
    public static byte[] Write(Embedding embedding)
    {
        var info = embedding.Info;
        var bytes = new byte[128 + 2 * 256 * 64 * 64];
        "SEGE"u8.CopyTo(bytes);
        (bytes[4], bytes[6], bytes[7]) = (1, 1, (byte)info.MediaType.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), 256);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), 64);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), 64);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(20), info.Width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), info.Height);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(28), info.SizeBytes);
        Encoding.ASCII.GetBytes(info.MediaType, bytes.AsSpan(36));
        embedding.Float16.Span.CopyTo(bytes.AsSpan(128));
        BinaryPrimitives.WriteUInt64LittleEndian(
            bytes.AsSpan(112), XxHash3.HashToUInt64(bytes.AsSpan(128)));
        BinaryPrimitives.WriteUInt64LittleEndian(
            bytes.AsSpan(120), XxHash3.HashToUInt64(bytes.AsSpan(0, 120)));
        return bytes;
    }
}
