using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Layers;

/// <summary>
/// A projection that every head has its own of: head h takes its D columns of a token to C channels. It moves keys and
/// queries of tokens to where the image's channels are, and values of tokens through the output projection.
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

    /// <summary>From a projection [C, 8 D] of the image's side, transposed.</summary>
    public static PerHeadLinear<TSimd, TVector> OfImageProjection(Arena memory, float[] weight, int heads, int size)
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

    /// <summary>From an output projection [8 D, C].</summary>
    public static PerHeadLinear<TSimd, TVector> OfOutputProjection(Arena memory, float[] weight, int heads, int size)
    {
        var channels = weight.Length / (heads * size);
        var rows = memory.Allocate(heads * size, channels);
        for (var row = 0; row < heads * size; row++)
        {
            weight.AsSpan(row * channels, channels).CopyTo(rows.Span(row, channels));
        }

        return new(heads, size, channels, rows);
    }

    /// <summary>Rows [n, 8 D] to [8 n, C]: all of head 0, then all of head 1.</summary>
    public Matrix Apply(Arena memory, Matrix rows)
    {
        // The last panel of a head adds zeros to what the next head fills, and the last head's to three rows more.
        var spacious = memory.Allocate(_heads * rows.Count + 3, _channels);
        var panels = memory.AllocateUninitialized(rows.Count, _size).Data;
        for (var head = 0; head < _heads; head++)
        {
            PackedA.PackRows(rows, head * _size, _size, panels);
            Gemm<TSimd, TVector, Interleaved, float>.Add(
                panels,
                _size * 4,
                4,
                rows.Rows,
                _size,
                _weight.Row(head * _size),
                _weight.Stride,
                spacious.Row(head * rows.Count),
                spacious.Stride,
                spacious.Stride);
        }

        return new Matrix(spacious.Data, _heads * rows.Count, spacious.Stride);
    }
}
