using System.Runtime.CompilerServices;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Direct;

/// <summary>
/// The image attends to T tokens, a grid row at a time. Softmax sees differences only, so the last token's score is taken
/// as zero and its value as the origin: one key and one value a head fewer.
/// </summary>
internal sealed unsafe class ImageAttention<TSimd, TVector>
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
    private readonly Matrix _values;
    private readonly Matrix _shares;
    private readonly int _channels;

    /// <param name="memory">Holds keys and values, packed.</param>
    /// <param name="keys">Keys relative to the last token's: [T - 1, 8 D], or behind the query [8 (T - 1), C].</param>
    /// <param name="bias">[1, 8 (T - 1)], added to every score of a key.</param>
    /// <param name="values">Values behind the output projection, relative to the last token's: [8 (T - 1), C].</param>
    /// <param name="origin">[1, C], the last token's value behind the output projection, and its bias.</param>
    /// <param name="others">T - 1.</param>
    /// <param name="groups">8: every head has its own part of the queries; or 1: all have the same.</param>
    /// <param name="depth">Channels of a key.</param>
    /// <param name="channels">C.</param>
    public ImageAttention(
        Arena memory,
        Matrix keys,
        Matrix bias,
        Matrix values,
        Matrix origin,
        int others,
        int groups,
        int depth,
        int channels)
    {
        (Values, Origin) = (values, origin);
        (_bias, _others, _groups, _depth, _channels) = (bias, others, groups, depth, channels);
        var rows = Heads / _groups * others;
        _keys = memory.TakeUncleared(_groups, Panels.Length(rows, depth));
        for (var group = 0; group < _groups; group++)
        {
            Panels.PackRows(keys, group * depth, depth, _keys.Row(group));
        }

        _values = memory.TakeUncleared(1, Panels.Length(channels, Heads * others));
        Panels.PackColumns(values, Heads * others, channels, _values.Data);

        // The last panel of a group adds zeros to the next one's rows, and the last group's to three rows more.
        _shares = memory.TakeUncleared(Heads * others + 3, Side);
    }

    /// <summary>Values behind the output projection, relative to the last token's: [8 (T - 1), C].</summary>
    public Matrix Values { get; }

    /// <summary>[1, C], the last token's value behind the output projection, and its bias.</summary>
    public Matrix Origin { get; }

    /// <summary>How much of each value a grid row's cells took, [8 (T - 1), 64].</summary>
    public Matrix Shares => _shares;

    private static int BlockWidth => ColumnBlock<TSimd, TVector>.Width;

    /// <summary>A grid row [C, 64] plus what it attends to.</summary>
    /// <param name="queries">Queries of the row [8 D], or the row with its position [C].</param>
    /// <param name="row">The row.</param>
    /// <param name="sum">Receives the sum; may be the row itself.</param>
    public void Add(BlockedRow queries, float* row, float* sum)
    {
        for (var i = 0; i < Heads * _others; i++)
        {
            _shares.Span(i).Fill(_bias.Data[i]);
        }

        var keys = Heads / _groups * _others;
        for (var group = 0; group < _groups; group++)
        {
            for (var column = 0; column < Side; column += BlockWidth)
            {
                Product<TSimd, TVector, Interleaved, float>.Add(
                    _keys.Row(group),
                    _depth * 4,
                    4,
                    (keys + 3) & ~3,
                    _depth,
                    queries.Block(column / BlockWidth) + group * _depth * queries.Stride,
                    queries.Stride,
                    _shares.Row(group * keys) + column,
                    Side,
                    BlockWidth);
            }
        }

        ToShares();
        AddOrigin(row, sum);
        Product<TSimd, TVector, Interleaved, float>.Add(
            _values.Data, Heads * _others * 4, 4, _channels, Heads * _others, _shares.Data, Side, sum, Side, Side);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ToShares()
    {
        for (var head = 0; head < Heads; head++)
        {
            for (var column = 0; column < Side; column += TSimd.Count)
            {
                var first = _shares.Row(head * _others) + column;
                var largest = TSimd.Create(0);
                for (var token = 0; token < _others; token++)
                {
                    largest = TSimd.Max(largest, TSimd.Load(first + token * Side));
                }

                var sum = Elementary<TSimd, TVector>.Exp(TSimd.Subtract(TSimd.Create(0), largest));
                for (var token = 0; token < _others; token++)
                {
                    var score = first + token * Side;
                    var power = Elementary<TSimd, TVector>.Exp(TSimd.Subtract(TSimd.Load(score), largest));
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddOrigin(float* row, float* sum)
    {
        for (var channel = 0; channel < _channels; channel++)
        {
            var origin = TSimd.Create(Origin.Data[channel]);
            for (var end = row + Side; row < end; row += TSimd.Count, sum += TSimd.Count)
            {
                TSimd.Store(TSimd.Add(TSimd.Load(row), origin), sum);
            }
        }
    }
}
