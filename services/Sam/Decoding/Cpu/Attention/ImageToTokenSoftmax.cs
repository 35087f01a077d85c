using System.Runtime.CompilerServices;
using Segmentation.Sam.Decoding.Cpu.Factored;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Attention;

/// <summary>
/// What the cells of a grid row take of each of T tokens when the image attends to them. Softmax sees differences only, so
/// the last token's score is taken as zero: one key a head fewer.
/// </summary>
internal sealed unsafe class ImageToTokenSoftmax<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;
    private const int Side = ImageGeometry.GridSide;
    private readonly int _others;
    private readonly int _depth;
    private readonly int _groups;
    private readonly Matrix _keys;
    private readonly Matrix _bias;
    private readonly Matrix _keptKeys;
    private readonly int _kept;

    /// <param name="memory">Holds keys, packed.</param>
    /// <param name="keys">Keys relative to the last token's: [T - 1, 8 D], or behind the query [8 (T - 1), C].</param>
    /// <param name="bias">[1, 8 (T - 1)], added to every score of a key.</param>
    /// <param name="others">T - 1.</param>
    /// <param name="groups">8: every head has its own part of the queries; or 1: all have the same.</param>
    /// <param name="depth">Channels of a key.</param>
    public ImageToTokenSoftmax(Arena memory, Matrix keys, Matrix bias, int others, int groups, int depth)
    {
        (_bias, _others, _groups, _depth) = (bias, others, groups, depth);
        var rows = Heads / _groups * others;
        _keys = memory.AllocateUninitialized(_groups, PackedA.Length(rows, depth));
        for (var group = 0; group < _groups; group++)
        {
            PackedA.PackRows(keys, group * depth, depth, _keys.Row(group));
        }
    }

    /// <summary>With keys for what is kept of each cell besides, [8 (T - 1), kept], packed.</summary>
    public ImageToTokenSoftmax(
        Arena memory, Matrix keys, Matrix bias, int others, int groups, int depth, Matrix keptKeys, int kept)
        : this(memory, keys, bias, others, groups, depth) => (_keptKeys, _kept) = (keptKeys, kept);

    /// <summary>Shares of a cell: 8 (T - 1).</summary>
    public int Count => Heads * _others;

    private static int BlockWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>Sets the shares of a grid row.</summary>
    /// <param name="queries">Queries of the row [8 D], or the row with its position [C].</param>
    /// <param name="kept">What is kept of its cells, [kept, 64]; not read without keys for it.</param>
    /// <param name="shares">
    /// Receives [8 (T - 1), 64], head by head. Three rows more are written to: the last panel of a group adds zeros to the
    /// next one's rows.
    /// </param>
    public void Set(TiledRow queries, float* kept, float* shares)
    {
        for (var i = 0; i < Count; i++)
        {
            new Span<float>(shares + i * Side, Side).Fill(_bias.Data[i]);
        }

        var keys = Count / _groups;
        for (var group = 0; group < _groups; group++)
        {
            for (var column = 0; column < Side; column += BlockWidth)
            {
                Gemm<TSimd, TVector, Interleaved, float>.Add(
                    _keys.Row(group),
                    _depth * 4,
                    4,
                    (keys + 3) & ~3,
                    _depth,
                    queries.Block(column / BlockWidth) + group * _depth * queries.Stride,
                    queries.Stride,
                    shares + group * keys * Side + column,
                    Side,
                    BlockWidth);
            }
        }

        if (_kept > 0)
        {
            CoefficientGemm<TSimd, TVector>.Add(_keptKeys, Count, _kept, kept, shares);
        }

        ToShares(shares);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ToShares(float* shares)
    {
        for (var head = 0; head < Heads; head++)
        {
            for (var column = 0; column < Side; column += TSimd.Count)
            {
                var first = shares + head * _others * Side + column;
                var largest = TSimd.Create(0);
                for (var token = 0; token < _others; token++)
                {
                    largest = TSimd.Max(largest, TSimd.Load(first + token * Side));
                }

                var sum = VectorMath<TSimd, TVector>.Exp(TSimd.Subtract(TSimd.Create(0), largest));
                for (var token = 0; token < _others; token++)
                {
                    var score = first + token * Side;
                    var power = VectorMath<TSimd, TVector>.Exp(TSimd.Subtract(TSimd.Load(score), largest));
                    TSimd.Store(power, score);
                    sum = TSimd.Add(sum, power);
                }

                var factor = TSimd.Divide(TSimd.Create(1), sum);
                for (var token = 0; token < _others; token++)
                {
                    var power = first + token * Side;
                    TSimd.Store(TSimd.Multiply(TSimd.Load(power), factor), power);
                }
            }
        }
    }
}
