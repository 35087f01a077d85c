using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Segmentation.Embeddings.Storage;

/// <summary>
/// Symmetric 8-bit values with a scale for each block of 4,096: little-endian float32 scales, then signed bytes. A
/// value is its byte times its block's scale, which is the block's largest magnitude by 127. A block is a channel of
/// the embedding, [64, 64], and in other tensors, whose channels are larger, a part of one.
/// </summary>
internal static class ChannelScales
{
    private const int Block = 64 * 64;

    /// <summary>Bytes of scales and values.</summary>
    /// <param name="count">Number of values.</param>
    public static long SizeOf(long count) => BlocksOf(count) * sizeof(float) + count;

    /// <summary>Writes values.</summary>
    /// <param name="float16">The values in 16 bits.</param>
    /// <param name="destination"><see cref="SizeOf"/> bytes.</param>
    public static void Write(ReadOnlySpan<byte> float16, Span<byte> destination)
    {
        var source = MemoryMarshal.Cast<byte, Half>(float16);
        var scales = destination[..((int)BlocksOf(source.Length) * sizeof(float))];
        var values = destination[scales.Length..];
        Span<float> buffer = stackalloc float[Block];
        for (var (block, from) = (0, 0); from < source.Length; block++, from += Block)
        {
            var numbers = buffer[..Math.Min(Block, source.Length - from)];
            TensorPrimitives.ConvertToSingle(source.Slice(from, numbers.Length), numbers);
            var scale = Math.Abs(TensorPrimitives.MaxMagnitude<float>(numbers)) / sbyte.MaxValue;
            BinaryPrimitives.WriteSingleLittleEndian(scales[(block * sizeof(float))..], scale);
            var bytes = values.Slice(from, numbers.Length);
            if (scale == 0)
            {
                bytes.Clear();
                continue;
            }

            for (var i = 0; i < numbers.Length; i++)
            {
                bytes[i] = (byte)(sbyte)MathF.Round(numbers[i] / scale);
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="source">Scales and values.</param>
    /// <param name="float16">Receives the values in 16 bits; its length says how many there are.</param>
    public static void Read(ReadOnlySpan<byte> source, Span<byte> float16)
    {
        var destination = MemoryMarshal.Cast<byte, Half>(float16);
        var scales = source[..((int)BlocksOf(destination.Length) * sizeof(float))];
        var values = source[scales.Length..];
        Span<float> buffer = stackalloc float[Block];
        for (var (block, from) = (0, 0); from < destination.Length; block++, from += Block)
        {
            var numbers = buffer[..Math.Min(Block, destination.Length - from)];
            var scale = BinaryPrimitives.ReadSingleLittleEndian(scales[(block * sizeof(float))..]);
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = (sbyte)values[from + i] * scale;
            }

            TensorPrimitives.ConvertToHalf(numbers, destination.Slice(from, numbers.Length));
        }
    }

    private static long BlocksOf(long count) => (count + Block - 1) / Block;
}
