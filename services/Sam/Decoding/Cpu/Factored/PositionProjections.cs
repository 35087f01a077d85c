using Segmentation.Masks.Geometry;
using Segmentation.Sam.Decoding.Cpu.Image;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// Projections pe W of the grid's positional encoding for keys and queries: the same for all images. 6 MB, computed at
/// the first use.
/// </summary>
internal sealed unsafe class PositionProjections<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly Section _keys1;
    private readonly Section _queries1;
    private readonly Section _keys2;
    private readonly int _rowLength;
    private readonly Lazy<AlignedBuffer> _projections;

    /// <param name="weights">The decoder's weights.</param>
    /// <param name="positions">Positional encoding of the grid.</param>
    public PositionProjections(
        DecoderWeights<TSimd, TVector> weights, DensePositionalEncoding<TSimd, TVector> positions)
    {
        var keys1 = weights.Matrix("transformer.layers.1.cross_attn_token_to_image.k_proj");
        var queries1 = weights.Matrix("transformer.layers.1.cross_attn_image_to_token.q_proj");
        var keys2 = weights.Matrix("transformer.final_attn_token_to_image.k_proj");
        _keys1 = new(0, keys1.Columns);
        _queries1 = new(_keys1.End, queries1.Columns);
        _keys2 = new(_queries1.End, keys2.Columns);
        _rowLength = _keys2.End * Side;
        var together = WeightMatrix.Arrange(
            _keys2.End, [(_keys1.First, keys1), (_queries1.First, queries1), (_keys2.First, keys2)]);
        _projections = new(() => Compute(together, positions));
    }

    private static int TileWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>pe Wk of the tokens' attention in layer 1, or 2 for the final attention: [H D, 64].</summary>
    public float* Keys(int layer, int row) => At(layer == 1 ? _keys1 : _keys2, row);

    /// <summary>pe Wq of the image's attention in layer 1, [H D, 64].</summary>
    public float* Queries1(int row) => At(_queries1, row);

    private float* At(Section section, int row) =>
        _projections.Value.Pointer + row * _rowLength + section.First * Side;

    private AlignedBuffer Compute(WeightMatrix weight, DensePositionalEncoding<TSimd, TVector> positions)
    {
        var memory = new Arena();
        var linear = Conv1x1<TSimd, TVector>.FromLinear(memory, weight.Values, new float[weight.Columns]);
        var zeros = memory.Allocate(weight.Rows, Side);
        var encoding = positions.AllocateSums(memory);
        var result = new AlignedBuffer(Side * _rowLength);
        for (var row = 0; row < Side; row++)
        {
            positions.Add(zeros.Data, row, encoding);
            for (var column = 0; column < Side; column += TileWidth)
            {
                linear.Apply(
                    encoding.Tile(column / TileWidth),
                    new Tile(result.Pointer + row * _rowLength + column, Side, TileWidth));
            }
        }

        GC.KeepAlive(memory);
        return result;
    }
}
