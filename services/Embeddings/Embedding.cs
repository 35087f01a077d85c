using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Segmentation.Embeddings;

/// <summary>
/// The tensors that a model's encoder computed for an image, in 16 bits: IEEE 754 binary16 values, little-endian,
/// row-major. The first tensor is [256, 64, 64] for every model; models with more tensors have them behind it, in the
/// order of their layout.
/// </summary>
public sealed class Embedding
{
    /// <summary>
    /// Values of the first tensor, and of the whole embedding of SAM 1: 256 channels x 64 rows x 64 columns.
    /// </summary>
    public const int Length = 256 * 64 * 64;

    /// <param name="info">The image it belongs to.</param>
    /// <param name="float16">
    /// At least 2,097,152 bytes, an even number; the embedding keeps the memory, the caller must not write to it again.
    /// </param>
    /// <exception cref="ArgumentException">Fewer bytes than the first tensor has, or an odd number.</exception>
    public Embedding(EmbeddingInfo info, ReadOnlyMemory<byte> float16)
    {
        ArgumentNullException.ThrowIfNull(info);
        if (float16.Length < Length * sizeof(ushort) || float16.Length % sizeof(ushort) != 0)
        {
            throw new ArgumentException(
                $"Expected at least {Length * sizeof(ushort)} bytes, two a value, got {float16.Length}.",
                nameof(float16));
        }

        Info = info;
        Float16 = float16;
    }

    /// <summary>The image it belongs to.</summary>
    public EmbeddingInfo Info { get; }

    /// <summary>Values of all tensors: two bytes each.</summary>
    public ReadOnlyMemory<byte> Float16 { get; }

    /// <summary>Number of values of all tensors, at least <see cref="Length"/>.</summary>
    public int Count => Float16.Length / sizeof(ushort);

    /// <summary>The first tensor: 2,097,152 bytes.</summary>
    internal ReadOnlyMemory<byte> First => Float16[..(Length * sizeof(ushort))];

    /// <summary>The other tensors; empty where the model has one.</summary>
    internal ReadOnlyMemory<byte> Others => Float16[(Length * sizeof(ushort))..];

    /// <summary>Rounds an encoder's output to 16 bits.</summary>
    /// <param name="info">The image it belongs to.</param>
    /// <param name="values">Values of all tensors, row-major, [256, 64, 64] first.</param>
    /// <exception cref="ArgumentException">Fewer values than the first tensor has.</exception>
    public static Embedding FromSingle(EmbeddingInfo info, ReadOnlySpan<float> values)
    {
        if (values.Length < Length)
        {
            throw new ArgumentException($"Expected at least {Length} values, got {values.Length}.", nameof(values));
        }

        var bytes = new byte[values.Length * sizeof(ushort)];
        TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(bytes.AsSpan()));
        return new Embedding(info, bytes);
    }

    /// <summary>Widens the values to 32 bits.</summary>
    /// <param name="destination">At least <see cref="Count"/> values.</param>
    public void CopyTo(Span<float> destination) =>
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(Float16.Span), destination);
}
