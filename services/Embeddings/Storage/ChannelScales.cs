using System.Buffers.Binary;
using System.Numerics.Tensors;

namespace Segmentation.Embeddings.Storage;

/// <summary>
/// Symmetric 8-bit values with one scale a channel: 256 little-endian float32 scales, then [256, 64, 64] signed bytes;
/// a value is its byte times its channel's scale, which is the channel's largest magnitude by 127.
/// </summary>
internal static class ChannelScales
{
    private const int Channels = 256;
    private const int Plane = Embedding.Length / Channels;
    private const int ValuesOffset = Channels * sizeof(float);

    /// <summary>Bytes of scales and values.</summary>
    public const int Size = ValuesOffset + Embedding.Length;

    /// <summary>Writes an embedding's values.</summary>
    /// <param name="embedding">The embedding.</param>
    /// <param name="destination"><see cref="Size"/> bytes.</param>
    public static void Write(Embedding embedding, Span<byte> destination)
    {
        var values = new float[Embedding.Length];
        embedding.CopyTo(values);
        for (var channel = 0; channel < Channels; channel++)
        {
            var plane = values.AsSpan(channel * Plane, Plane);
            var scale = Math.Abs(TensorPrimitives.MaxMagnitude(plane)) / sbyte.MaxValue;
            BinaryPrimitives.WriteSingleLittleEndian(destination[(channel * sizeof(float))..], scale);
            var bytes = destination.Slice(ValuesOffset + channel * Plane, Plane);
            if (scale == 0)
            {
                bytes.Clear();
                continue;
            }

            for (var i = 0; i < Plane; i++)
            {
                bytes[i] = (byte)(sbyte)MathF.Round(plane[i] / scale);
            }
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="info">The image it belongs to.</param>
    /// <param name="source"><see cref="Size"/> bytes.</param>
    public static Embedding Read(EmbeddingInfo info, ReadOnlySpan<byte> source)
    {
        var values = new float[Embedding.Length];
        for (var channel = 0; channel < Channels; channel++)
        {
            var scale = BinaryPrimitives.ReadSingleLittleEndian(source[(channel * sizeof(float))..]);
            var bytes = source.Slice(ValuesOffset + channel * Plane, Plane);
            var plane = values.AsSpan(channel * Plane, Plane);
            for (var i = 0; i < Plane; i++)
            {
                plane[i] = (sbyte)bytes[i] * scale;
            }
        }

        return Embedding.FromSingle(info, values);
    }
}
