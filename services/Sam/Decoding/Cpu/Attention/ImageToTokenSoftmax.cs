using System.Runtime.CompilerServices;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Attention;

/// <summary>
/// Attention weights a of a grid row's cells over a prompt's T tokens. Keys are relative to the last token's, so its
/// score is zero and is not computed.
/// </summary>
internal sealed unsafe class ImageToTokenSoftmax<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;
    private const int Side = ImageGeometry.GridSide;
    private readonly int _keysPerHead;
    private readonly int _groups;
    private readonly int _depth;
    private readonly PackedHeads _keys;
    private readonly Matrix _bias;

    /// <param name="memory">Holds packed keys.</param>
    /// <param name="keys">[T - 1, H D], or folded with the query projection [H (T - 1), C].</param>
    /// <param name="bias">[1, H (T - 1)], added to the scores of a key.</param>
    /// <param name="keysPerHead">T - 1.</param>
    /// <param name="groups">H: every head has its own part of the queries; or 1: all heads read the same.</param>
    /// <param name="depth">Channels of a key: D or C.</param>
    public ImageToTokenSoftmax(Arena memory, Matrix keys, Matrix bias, int keysPerHead, int groups, int depth)
    {
        (_bias, _keysPerHead, _groups, _depth) = (bias, keysPerHead, groups, depth);
        _keys = new(memory, keys, groups, depth);
    }

    /// <summary>Attention weights of a cell: H (T - 1).</summary>
    public int Count => Heads * _keysPerHead;

    private static int TileWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>Computes the scores of a grid row.</summary>
    /// <param name="queries">
    /// Queries of the row [H D, 64], or its image tokens with positional encoding [C, 64].
    /// </param>
    /// <param name="scores">
    /// Receives [H (T - 1), 64], head by head. Three rows more are written: a group's last panel adds zeros to the rows
    /// of the next group.
    /// </param>
    public void SetScores(TiledRow queries, float* scores)
    {
        for (var i = 0; i < Count; i++)
        {
            new Span<float>(scores + i * Side, Side).Fill(_bias.Data[i]);
        }

        var keysPerGroup = Count / _groups;
        for (var group = 0; group < _groups; group++)
        {
            for (var column = 0; column < Side; column += TileWidth)
            {
                Gemm<TSimd, TVector>.Accumulate(
                    _keys[group],
                    queries.Tile(column / TileWidth).FromRow(group * _depth),
                    new Tile(scores + group * keysPerGroup * Side + column, Side, TileWidth));
            }
        }
    }

    /// <summary>
    /// Replaces scores by attention weights: softmax over the keys of a head and the last token's score, 0.
    /// </summary>
    /// <param name="scores">[H (T - 1), 64].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Normalize(float* scores)
    {
        for (var head = 0; head < Heads; head++)
        {
            for (var column = 0; column < Side; column += TSimd.Count)
            {
                var first = scores + head * _keysPerHead * Side + column;
                var max = TSimd.Create(0);
                for (var key = 0; key < _keysPerHead; key++)
                {
                    max = TSimd.Max(max, TSimd.Load(first + key * Side));
                }

                var sum = VectorMath<TSimd, TVector>.Exp(TSimd.Subtract(TSimd.Create(0), max));
                for (var key = 0; key < _keysPerHead; key++)
                {
                    var score = first + key * Side;
                    var exp = VectorMath<TSimd, TVector>.Exp(TSimd.Subtract(TSimd.Load(score), max));
                    TSimd.Store(exp, score);
                    sum = TSimd.Add(sum, exp);
                }

                var factor = TSimd.Divide(TSimd.Create(1), sum);
                for (var key = 0; key < _keysPerHead; key++)
                {
                    var exp = first + key * Side;
                    TSimd.Store(TSimd.Multiply(TSimd.Load(exp), factor), exp);
                }
            }
        }
    }
}
