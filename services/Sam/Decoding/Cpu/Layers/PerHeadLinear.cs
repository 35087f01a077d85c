using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Layers;

/// <summary>
/// A linear layer by head: head h multiplies its D columns of a token by its own weight [D, C]. With the transpose of
/// an image-side projection it moves keys and queries of prompt tokens to the image's channels (k Wq', q Wk'); with Wo
/// it projects values before they are mixed.
/// </summary>
internal sealed unsafe class PerHeadLinear<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private readonly int _heads;
    private readonly int _size;
    private readonly int _channels;
    private readonly Matrix _weight;

    private PerHeadLinear(int heads, int size, int channels, Matrix weight) =>
        (_heads, _size, _channels, _weight) = (heads, size, channels, weight);

    /// <summary>Builds the layer from the transpose of an image-side projection [C, H D].</summary>
    public static PerHeadLinear<TSimd, TVector> FromTransposed(Arena memory, float[] weight, int heads, int size)
    {
        var inner = heads * size;
        var channels = weight.Length / inner;
        var transposed = memory.Allocate(inner, channels);
        for (var i = 0; i < weight.Length; i++)
        {
            transposed.Row(i % inner)[i / inner] = weight[i];
        }

        return new(heads, size, channels, transposed);
    }

    /// <summary>Builds the layer from an output projection Wo, [H D, C].</summary>
    public static PerHeadLinear<TSimd, TVector> FromOutProj(Arena memory, float[] weight, int heads, int size)
    {
        var channels = weight.Length / (heads * size);
        var rows = memory.Allocate(heads * size, channels);
        for (var row = 0; row < heads * size; row++)
        {
            weight.AsSpan(row * channels, channels).CopyTo(rows.Span(row, channels));
        }

        return new(heads, size, channels, rows);
    }

    /// <summary>Multiplies rows [n, H D]: [H n, C], all of head 0, then all of head 1.</summary>
    public Matrix Apply(Arena memory, Matrix rows)
    {
        // A head's last panel adds zeros to the rows of the next head, and the last head's to three rows more.
        var padded = memory.Allocate(_heads * rows.Count + 3, _channels);
        var panels = memory.AllocateUninitialized(rows.Count, _size).Data;
        for (var head = 0; head < _heads; head++)
        {
            Gemm<TSimd, TVector>.Accumulate(
                PackedA.Rows(rows, head * _size, _size, panels),
                _weight.AsB().FromRow(head * _size),
                padded.AsTile(head * rows.Count, 0, padded.Stride));
        }

        return new Matrix(padded.Data, _heads * rows.Count, padded.Stride);
    }
}
