using System.Buffers.Binary;
using System.IO.Hashing;

namespace Segmentation.Fuzz.Engine;

/// <summary>Takes an input apart from its beginning; behind its end everything is zero.</summary>
internal struct InputBytes(byte[] input)
{
    private int _at;

    /// <summary>The bytes that were not taken.</summary>
    public readonly ReadOnlySpan<byte> Rest => input.AsSpan(Math.Min(_at, input.Length));

    /// <summary>The next byte.</summary>
    public byte Byte() => _at < input.Length ? input[_at++] : (byte)0;

    /// <summary>The next two bytes, the low one first.</summary>
    public int Short() => Byte() | (Byte() << 8);

    /// <summary>The next four bytes as a number.</summary>
    public float Single()
    {
        Span<byte> bytes = [Byte(), Byte(), Byte(), Byte()];
        return BinaryPrimitives.ReadSingleLittleEndian(bytes);
    }

    /// <summary>Random numbers that are the same whenever the input is.</summary>
    public static Random RandomOf(byte[] input) => new(unchecked((int)XxHash64.HashToUInt64(input)));
}
