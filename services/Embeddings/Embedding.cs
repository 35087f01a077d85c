using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Segmentation.Embeddings;

/// <summary>An image embedding in 16 bits: [256, 64, 64] IEEE 754 binary16 values, little-endian, row-major.</summary>
public sealed class Embedding
{
    /// <summary>Values of an embedding: 256 channels x 64 rows x 64 columns.</summary>
    public const int Length = 256 * 64 * 64;

    /// <param name="info">The image it belongs to.</param>
    /// <param name="float16">
    /// 2,097,152 bytes; the embedding keeps the memory, the caller must not write to it again.
    /// </param>
    /// <exception cref="ArgumentException">Not as many bytes.</exception>
    public Embedding(EmbeddingInfo info, ReadOnlyMemory<byte> float16)
    {
        ArgumentNullException.ThrowIfNull(info);
        if (float16.Length != Length * sizeof(ushort))
        {
            throw new ArgumentException($"Expected {Length * sizeof(ushort)} bytes, got {float16.Length}.", nameof(float16));
        }

        Info = info;
        Float16 = float16;
    }

    /// <summary>The image it belongs to.</summary>
    public EmbeddingInfo Info { get; }

    /// <summary>The values as stored: 2,097,152 bytes.</summary>
    public ReadOnlyMemory<byte> Float16 { get; }

    /// <summary>Rounds an encoder's output to 16 bits.</summary>
    /// <param name="info">The image it belongs to.</param>
    /// <param name="values">[256, 64, 64] values, row-major.</param>
    public static Embedding FromSingle(EmbeddingInfo info, ReadOnlySpan<float> values)
    {
        if (values.Length != Length)
        {
            throw new ArgumentException($"Expected {Length} values, got {values.Length}.", nameof(values));
        }

        var bytes = new byte[Length * sizeof(ushort)];
        TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(bytes.AsSpan()));
        return new Embedding(info, bytes);
    }

    /// <summary>Widens the values to 32 bits.</summary>
    /// <param name="destination">At least 1,048,576 values.</param>
    public void CopyTo(Span<float> destination) =>
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(Float16.Span), destination);
}
