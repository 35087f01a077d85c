using System.Buffers.Binary;

namespace Segmentation.LoadTests.Attack;

/// <summary>The five bytes before a gRPC message: a flag for compression, and the length.</summary>
internal static class GrpcPrefix
{
    /// <summary>Bytes of a prefix.</summary>
    public const int Length = 5;

    /// <summary>A prefix.</summary>
    public static byte[] Of(int messageBytes, bool isCompressed = false)
    {
        var prefix = new byte[Length];
        prefix[0] = isCompressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), messageBytes);
        return prefix;
    }
}
