using System.Runtime.CompilerServices;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Decoding.Cpu.Attention;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// Cross term 2 X of the basis rows that one layer appends: their products with the centred image part u P of a cell,
/// times two. It follows from the image projection 2 u P Wo', since the rows are values through Wo:
/// u P V' = (u P Wo') v'.
/// </summary>
internal sealed unsafe class CrossTerm<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;
    private const int Side = ImageGeometry.GridSide;
    private readonly int _keysPerHead;
    private readonly int _size;
    private readonly PackedHeads _values;
    private readonly Matrix _lastValue;

    /// <param name="memory">Holds packed values.</param>
    /// <param name="tokens">The prompt's tokens in this layer.</param>
    /// <param name="size">D.</param>
    public CrossTerm(Arena memory, in ShiftedKeyValues tokens, int size)
    {
        (_keysPerHead, _size, _lastValue) = (tokens.Values.Count, size, tokens.LastValue);
        _values = new(memory, tokens.Values, Heads, size);
    }

    /// <summary>Basis rows of the layer: H (T - 1) of V, and o.</summary>
    public int Rank => Heads * _keysPerHead + 1;

    /// <summary>Adds the cross term of a grid row.</summary>
    /// <param name="projection"><see cref="ImageProjectionsRow.CrossTerm"/>, [H D + 1, 64].</param>
    /// <param name="result">[rank, 64], zeros; two rows more are written.</param>
    public void Accumulate(float* projection, float* result)
    {
        // First: a panel of the last head adds zeros to the origin's row.
        AddOrigin(projection, result + (Rank - 1) * Side);
        for (var head = 0; head < Heads; head++)
        {
            // A head's last panel adds zeros to the next head's rows.
            Gemm<TSimd, TVector>.Accumulate(
                _values[head],
                new OperandB<float>(projection + head * _size * Side, Side),
                new Tile(result + head * _keysPerHead * Side, Side, Side));
        }
    }

    // The origin is the last token's value through Wo, plus bo: the projection's last row is the bias's.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddOrigin(float* projection, float* result)
    {
        var inner = Heads * _size;
        new Span<float>(projection + inner * Side, Side).CopyTo(new Span<float>(result, Side));
        for (var i = 0; i < inner; i += 4, projection += 4 * Side)
        {
            var value0 = TSimd.Create(_lastValue.Data[i]);
            var value1 = TSimd.Create(_lastValue.Data[i + 1]);
            var value2 = TSimd.Create(_lastValue.Data[i + 2]);
            var value3 = TSimd.Create(_lastValue.Data[i + 3]);
            for (var column = 0; column < Side; column += TSimd.Count)
            {
                var from = projection + column;
                var sum = TSimd.MultiplyAdd(value0, TSimd.Load(from), TSimd.Load(result + column));
                sum = TSimd.MultiplyAdd(value1, TSimd.Load(from + Side), sum);
                sum = TSimd.MultiplyAdd(value2, TSimd.Load(from + 2 * Side), sum);
                sum = TSimd.MultiplyAdd(value3, TSimd.Load(from + 3 * Side), sum);
                TSimd.Store(sum, result + column);
            }
        }
    }
}
