using Segmentation.Masks.Geometry;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Attention;

/// <summary>
/// Attention of a prompt's tokens to image tokens, one grid row at a time: values are accumulated under an
/// <see cref="OnlineSoftmax{TSimd, TVector}"/>.
/// </summary>
internal sealed unsafe class TokenToImageAttention<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly TiledRow _queries;
    private readonly int _depth;
    private readonly int _channels;
    private readonly OnlineSoftmax<TSimd, TVector> _softmax;

    /// <param name="memory">Holds the accumulator.</param>
    /// <param name="queries">[depth, queries], scaled by 1/sqrt(D), zero in the padding.</param>
    /// <param name="count">Queries.</param>
    /// <param name="depth">Channels of keys.</param>
    /// <param name="channels">Channels of values, a multiple of 4.</param>
    public TokenToImageAttention(Arena memory, Matrix queries, int count, int depth, int channels)
    {
        (Queries, _depth, _channels) = (count, depth, channels);
        _queries = ColumnTile<TSimd, TVector>.Divide(memory, queries);
        _softmax = new(memory, count);

        // One row more: readers of four queries at a time read past the last one.
        Mixed = memory.Allocate(channels + 1, queries.Stride);
    }

    /// <summary>Number of queries.</summary>
    public int Queries { get; }

    /// <summary>
    /// [channels, queries]: values mixed by their attention weights, complete after <see cref="Finish"/>.
    /// </summary>
    public Matrix Mixed { get; }

    private static int TileWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>Attends to one grid row.</summary>
    /// <param name="keys">[depth, 64].</param>
    /// <param name="values">[channels, 64].</param>
    public void AddRow(TiledRow keys, float* values)
    {
        var scores = _softmax.Scores;
        scores.AsSpan().Clear();
        for (var cell = 0; cell < Side; cell += TileWidth)
        {
            var tile = keys.Tile(cell / TileWidth);
            var cells = OperandA.Transposed(tile.Data, tile.Stride, TileWidth, _depth);
            for (var query = 0; query < _softmax.Columns; query += TileWidth)
            {
                Gemm<TSimd, TVector>.Accumulate(
                    cells,
                    _queries.Tile(query / TileWidth),
                    scores.AsTile(cell, query, Math.Min(TileWidth, _softmax.Columns - query)));
            }
        }

        if (_softmax.Update())
        {
            _softmax.RescaleRows(Mixed, _channels);
        }

        Gemm<TSimd, TVector>.Accumulate(
            OperandA.RowMajor<Rows64>(values, _channels, Side),
            scores.AsB(),
            Mixed.AsTile(0, 0, _softmax.Columns));
    }

    /// <summary>Divides by the sums of the weights.</summary>
    public void Finish()
    {
        _softmax.Finish();
        _softmax.RescaleRows(Mixed, _channels);
    }
}
