using Segmentation.Sam.Decoding.Cpu.Image;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// What the positions of the grid's cells contribute to keys and queries: the same for all images. 6 MB, made when they are
/// first needed.
/// </summary>
internal sealed unsafe class PositionProjections<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly int _inner;
    private readonly Lazy<AlignedBuffer> _features;

    public PositionProjections(DecoderWeights<TSimd, TVector> weights, DensePositionalEncoding<TSimd, TVector> positions)
    {
        WeightMatrix Read(string name) => new(weights.Weight($"transformer.{name}"), weights.Width);
        var together = WeightMatrix.Beside(
        [
            Read("layers.1.cross_attn_token_to_image.k_proj"), Read("layers.1.cross_attn_image_to_token.q_proj"),
            Read("final_attn_token_to_image.k_proj"),
        ]);
        _inner = together.Columns / 3;
        _features = new(() => Make(together, positions, weights.Width));
    }

    private static int BlockWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>For keys where tokens attend to the image behind a layer, [8 D, 64].</summary>
    public float* Keys(int layer, int row) => At(2 * layer, row);

    /// <summary>For queries where the image attends to tokens in layer 1, [8 D, 64].</summary>
    public float* Queries(int row) => At(1, row);

    private float* At(int part, int row) => _features.Value.Pointer + (3 * row + part) * _inner * Side;

    private static AlignedBuffer Make(WeightMatrix weight, DensePositionalEncoding<TSimd, TVector> positions, int channels)
    {
        var memory = new Arena();
        var linear = Conv1x1<TSimd, TVector>.OfColumns(memory, weight.Values, new float[weight.Columns]);
        var nothing = memory.Allocate(channels, Side);
        var sums = positions.TakeSums(memory);
        var result = new AlignedBuffer(Side * weight.Columns * Side);
        for (var row = 0; row < Side; row++)
        {
            positions.Add(nothing.Data, row, sums);
            for (var column = 0; column < Side; column += BlockWidth)
            {
                linear.Set(
                    sums.Block(column / BlockWidth),
                    BlockWidth,
                    result.Pointer + row * weight.Columns * Side + column,
                    Side);
            }
        }

        GC.KeepAlive(memory);
        return result;
    }
}
