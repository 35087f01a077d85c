using System.Runtime.CompilerServices;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// What the values of tokens that the image attends to have in common with the image's part of its cells, twice.
/// </summary>
internal sealed unsafe class CrossTerm<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;
    private const int Side = ImageGeometry.GridSide;
    private readonly int _others;
    private readonly int _size;
    private readonly Matrix _values;
    private readonly Matrix _last;

    /// <param name="memory">Holds the values, packed.</param>
    /// <param name="values">Relative to the last token's, [T - 1, 8 D].</param>
    /// <param name="last">The last token's, [1, 8 D].</param>
    /// <param name="size">D.</param>
    public CrossTerm(Arena memory, Matrix values, Matrix last, int size)
    {
        (_others, _size, _last) = (values.Count, size, last);
        _values = memory.AllocateUninitialized(Heads, PackedA.Length(_others, size));
        for (var head = 0; head < Heads; head++)
        {
            PackedA.PackRows(values, head * size, size, _values.Row(head));
        }
    }

    /// <summary>Rows of one layer: those of the shares and one.</summary>
    public int Count => Heads * _others + 1;

    /// <summary>Adds it to what holds zeros.</summary>
    /// <param name="ofImage"><see cref="ImageProjectionsRow.Crosses"/>.</param>
    /// <param name="moments">[count, 64]; two rows more are written to.</param>
    public void Add(float* ofImage, float* moments)
    {
        // First, since it reads the image's part as it lies in memory.
        AddLast(ofImage, moments + (Count - 1) * Side);
        for (var head = 0; head < Heads; head++)
        {
            // The last panel of a head adds zeros to the next one's rows.
            Gemm<TSimd, TVector, Interleaved, float>.Add(
                _values.Row(head),
                _size * 4,
                4,
                (_others + 3) & ~3,
                _size,
                ofImage + head * _size * Side,
                Side,
                moments + head * _others * Side,
                Side,
                Side);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddLast(float* ofImage, float* moments)
    {
        var inner = Heads * _size;
        new Span<float>(ofImage + inner * Side, Side).CopyTo(new Span<float>(moments, Side));
        for (var i = 0; i < inner; i += 4, ofImage += 4 * Side)
        {
            var value0 = TSimd.Create(_last.Data[i]);
            var value1 = TSimd.Create(_last.Data[i + 1]);
            var value2 = TSimd.Create(_last.Data[i + 2]);
            var value3 = TSimd.Create(_last.Data[i + 3]);
            for (var column = 0; column < Side; column += TSimd.Count)
            {
                var from = ofImage + column;
                var sum = TSimd.MultiplyAdd(value0, TSimd.Load(from), TSimd.Load(moments + column));
                sum = TSimd.MultiplyAdd(value1, TSimd.Load(from + Side), sum);
                sum = TSimd.MultiplyAdd(value2, TSimd.Load(from + 2 * Side), sum);
                sum = TSimd.MultiplyAdd(value3, TSimd.Load(from + 3 * Side), sum);
                TSimd.Store(sum, moments + column);
            }
        }
    }
}
