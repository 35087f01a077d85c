using System.Runtime.CompilerServices;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Direct.Folded;

/// <summary>
/// What the values of tokens that the image attends to have in common with the image's part of its cells, twice.
/// </summary>
internal sealed unsafe class Cross<TSimd, TVector>
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
    public Cross(Arena memory, Matrix values, Matrix last, int size)
    {
        (_others, _size, _last) = (values.Count, size, last);
        _values = memory.TakeUncleared(Heads, Panels.Length(_others, size));
        for (var head = 0; head < Heads; head++)
        {
            Panels.PackRows(values, head * size, size, _values.Row(head));
        }
    }

    /// <summary>Rows of one layer: those of the shares and one.</summary>
    public int Count => Heads * _others + 1;

    /// <summary>Adds it to what holds zeros.</summary>
    /// <param name="ofImage"><see cref="FoldedRow.Crosses"/>.</param>
    /// <param name="moments">[count, 64]; two rows more are written to.</param>
    public void Add(float* ofImage, float* moments)
    {
        for (var head = 0; head < Heads; head++)
        {
            // The last panel of a head adds zeros to the next one's rows.
            Product<TSimd, TVector, Interleaved, float>.Add(
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

        AddLast(ofImage, moments + (Count - 1) * Side);
    }

    // Four sums side by side: one would wait for itself.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddLast(float* ofImage, float* moments)
    {
        var inner = Heads * _size;
        for (var column = 0; column < Side; column += TSimd.Count)
        {
            var from = ofImage + column;
            var sum0 = TSimd.Load(from + inner * Side);
            var sum1 = TSimd.Create(0);
            var (sum2, sum3) = (sum1, sum1);
            for (var i = 0; i < inner; i += 4, from += 4 * Side)
            {
                sum0 = TSimd.MultiplyAdd(TSimd.Create(_last.Data[i]), TSimd.Load(from), sum0);
                sum1 = TSimd.MultiplyAdd(TSimd.Create(_last.Data[i + 1]), TSimd.Load(from + Side), sum1);
                sum2 = TSimd.MultiplyAdd(TSimd.Create(_last.Data[i + 2]), TSimd.Load(from + 2 * Side), sum2);
                sum3 = TSimd.MultiplyAdd(TSimd.Create(_last.Data[i + 3]), TSimd.Load(from + 3 * Side), sum3);
            }

            TSimd.Store(TSimd.Add(TSimd.Add(sum0, sum1), TSimd.Add(sum2, sum3)), moments + column);
        }
    }
}
