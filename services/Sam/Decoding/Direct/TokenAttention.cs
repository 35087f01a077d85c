using System.Runtime.CompilerServices;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Direct;

/// <summary>
/// Tokens attend to the image while its grid rows come by: the image tokens mixed so far with weights exp(score - m), the
/// sums of the weights, and m, the largest score so far of each query. When a larger one comes, what was mixed shrinks.
/// </summary>
internal sealed unsafe class TokenAttention<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly BlockedRow _queries;
    private readonly int _stride;
    private readonly int _columns;
    private readonly int _depth;
    private readonly int _channels;
    private readonly Matrix _scores;
    private readonly Matrix _largest;
    private readonly Matrix _sums;

    /// <param name="memory">Holds the sums.</param>
    /// <param name="queries">[depth, queries], scaled, zero in the padding.</param>
    /// <param name="count">Queries.</param>
    /// <param name="depth">Channels of keys.</param>
    /// <param name="channels">Channels of values, a multiple of 4.</param>
    public TokenAttention(Arena memory, Matrix queries, int count, int depth, int channels)
    {
        (Queries, _stride, _depth, _channels) = (count, queries.Stride, depth, channels);
        _columns = (count + TSimd.Count - 1) / TSimd.Count * TSimd.Count;
        _queries = ColumnBlock<TSimd, TVector>.Divide(memory, queries);
        _scores = memory.TakeUncleared(Side, queries.Stride);
        _largest = memory.TakeUncleared(1, queries.Stride);
        _largest.AsSpan().Fill(float.MinValue);
        _sums = memory.Take(1, queries.Stride);

        // One row more: whoever reads four queries at a time reads past the last one.
        Mixed = memory.Take(channels + 1, queries.Stride);
    }

    private static int BlockWidth => ColumnBlock<TSimd, TVector>.Width;

    /// <summary>How many queries there are.</summary>
    public int Queries { get; }

    /// <summary>[channels, queries]: the mixed values; complete after <see cref="Finish"/>.</summary>
    public Matrix Mixed { get; }

    /// <summary>Takes one grid row: keys [depth] and values [channels, 64].</summary>
    public void Add(BlockedRow keys, float* values)
    {
        _scores.AsSpan().Clear();
        for (var token = 0; token < Side; token += BlockWidth)
        {
            for (var query = 0; query < _columns; query += BlockWidth)
            {
                Product<TSimd, TVector, Interleaved, float>.Add(
                    keys.Block(token / BlockWidth),
                    4,
                    keys.Stride,
                    BlockWidth,
                    _depth,
                    _queries.Block(query / BlockWidth),
                    _queries.Stride,
                    _scores.Row(token) + query,
                    _stride,
                    Math.Min(BlockWidth, _columns - query));
            }
        }

        ToWeights();
        Product<TSimd, TVector, Rows64, float>.Add(
            values, 4 * Side, 1, _channels, Side, _scores.Data, _stride, Mixed.Data, _stride, _columns);
    }

    /// <summary>Divides by the sums of the weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Finish()
    {
        for (var query = 0; query < _columns; query += TSimd.Count)
        {
            Scale(query, TSimd.Divide(TSimd.Create(1), TSimd.Load(_sums.Data + query)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ToWeights()
    {
        var stride = _stride;
        for (var query = 0; query < _columns; query += TSimd.Count)
        {
            var before = TSimd.Load(_largest.Data + query);
            var largest = before;
            var scores = _scores.Data + query;
            for (var token = 0; token < Side; token++)
            {
                largest = TSimd.Max(largest, TSimd.Load(scores + token * stride));
            }

            var sum = TSimd.Load(_sums.Data + query);
            if (TSimd.AnyGreater(largest, before))
            {
                var factor = Elementary<TSimd, TVector>.Exp(TSimd.Subtract(before, largest));
                sum = TSimd.Multiply(sum, factor);
                Scale(query, factor);
                TSimd.Store(largest, _largest.Data + query);
            }

            for (var token = 0; token < Side; token++)
            {
                var score = scores + token * stride;
                var weight = Elementary<TSimd, TVector>.Exp(TSimd.Subtract(TSimd.Load(score), largest));
                TSimd.Store(weight, score);
                sum = TSimd.Add(sum, weight);
            }

            TSimd.Store(sum, _sums.Data + query);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Scale(int query, TVector factor)
    {
        for (var channel = 0; channel < _channels; channel++)
        {
            var value = Mixed.Row(channel) + query;
            TSimd.Store(TSimd.Multiply(TSimd.Load(value), factor), value);
        }
    }
}
