using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Attention;

/// <summary>
/// Tokens attend to the image while its grid rows come by: the image tokens mixed so far with
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
    private readonly OnlineSoftmax<TSimd, TVector> _weights;

    /// <param name="memory">Holds the sums.</param>
    /// <param name="queries">[depth, queries], scaled, zero in the padding.</param>
    /// <param name="count">Queries.</param>
    /// <param name="depth">Channels of keys.</param>
    /// <param name="channels">Channels of values, a multiple of 4.</param>
    public TokenToImageAttention(Arena memory, Matrix queries, int count, int depth, int channels)
    {
        (Queries, _depth, _channels) = (count, depth, channels);
        _queries = ColumnTile<TSimd, TVector>.Divide(memory, queries);
        _weights = new(memory, count);

        // One row more: whoever reads four queries at a time reads past the last one.
        Mixed = memory.Allocate(channels + 1, queries.Stride);
    }

    private static int BlockWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>How many queries there are.</summary>
    public int Queries { get; }

    /// <summary>[channels, queries]: the mixed values; complete after <see cref="Finish"/>.</summary>
    public Matrix Mixed { get; }

    /// <summary>Takes one grid row: keys [depth] and values [channels, 64].</summary>
    public void Add(TiledRow keys, float* values)
    {
        var scores = _weights.Values;
        scores.AsSpan().Clear();
        for (var token = 0; token < Side; token += BlockWidth)
        {
            for (var query = 0; query < _weights.Columns; query += BlockWidth)
            {
                Gemm<TSimd, TVector, Interleaved, float>.Add(
                    keys.Block(token / BlockWidth),
                    4,
                    keys.Stride,
                    BlockWidth,
                    _depth,
                    _queries.Block(query / BlockWidth),
                    _queries.Stride,
                    scores.Row(token) + query,
                    scores.Stride,
                    Math.Min(BlockWidth, _weights.Columns - query));
            }
        }

        if (_weights.Apply())
            _weights.Scale(Mixed, _channels);

        Gemm<TSimd, TVector, Rows64, float>.Add(
            values, 4 * Side, 1, _channels, Side, scores.Data, scores.Stride, Mixed.Data, Mixed.Stride, _weights.Columns);
    }

    /// <summary>Divides by the sums of the weights.</summary>
    public void Finish()
    {
        _weights.Finish();
        _weights.Scale(Mixed, _channels);
    }
}
