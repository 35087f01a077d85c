using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// Computes the projections of a prepared image that <see cref="FactoredImageSide{TSimd, TVector}"/> reads instead of
/// image tokens: u W for every weight W that reads them. The same for all prompts; 21 MB an image, 4 of them for the
/// upscaling.
/// </summary>
internal sealed unsafe class ImageProjections<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;
    private const int Side = ImageGeometry.GridSide;
    private const int ValueMultiple = 16;
    private const int OutputsTogether = 64;
    private readonly int _channels;
    private readonly float[] _scale0;
    private readonly Conv1x1<TSimd, TVector> _projected;
    private readonly TiledRow _values;
    private readonly Conv1x1<TSimd, TVector> _upscaled;

    /// <param name="weights">The decoder's weights.</param>
    /// <param name="norms">Norms of both layers.</param>
    /// <param name="upscaling">Weight of the first transposed convolution, [C, features].</param>
    public ImageProjections(
        DecoderWeights<TSimd, TVector> weights, FoldedNormScales norms, WeightMatrix upscaling)
    {
        (_channels, _scale0) = (weights.Channels, norms.Scales[0]);
        WeightMatrix Read(string name, int layers) => norms.Fold(weights.Matrix($"transformer.{name}"), layers);

        var keys1 = Read("layers.1.cross_attn_token_to_image.k_proj", 1);
        var values1 = Read("layers.1.cross_attn_token_to_image.v_proj", 1).PadHeads(Heads, ValueMultiple);
        var values2 = Read("final_attn_token_to_image.v_proj", 2).PadHeads(Heads, ValueMultiple);
        var (crossTerm0, crossTerm1) = (CrossTermWeight(weights, norms, 0), CrossTermWeight(weights, norms, 1));
        Layout = new(keys1.Columns, values1.Columns);
        var projected = WeightMatrix.Arrange(
            Layout.ProjectedRows,
            [
                (Layout.Keys1.First, keys1),
                (Layout.CrossTerm00.First, crossTerm0),
                (Layout.Queries1.First, Read("layers.1.cross_attn_image_to_token.q_proj", 1)),
                (Layout.CrossTerm01.First, norms.Fold(norms.Fold(crossTerm0, 1), 1)),
                (Layout.CrossTerm11.First, norms.Fold(crossTerm1, 1)),
                (Layout.Keys2.First, Read("final_attn_token_to_image.k_proj", 2)),
            ]);
        _projected = Pack(weights.Memory, projected);
        _values = ColumnTile<TSimd, TVector>.Divide(
            weights.Memory, WeightMatrix.ConcatColumns(values1, values2).CopyTo(weights.Memory));
        _upscaled = Pack(weights.Memory, norms.Fold(upscaling, 2));
    }

    /// <summary>Sections of a grid row.</summary>
    public ImageProjectionsLayout Layout { get; }

    private static int TileWidth => ColumnTile<TSimd, TVector>.Width;

    private int PaddedHeadSize => Layout.Values1.Count / Heads;

    /// <summary>Computes the projections: all grid rows of the layers, then those of the upscaling.</summary>
    /// <param name="image">The image.</param>
    /// <param name="yieldPoint">Checked between rows.</param>
    public AlignedBuffer Compute(PreparedTokens image, YieldPoint yieldPoint)
    {
        var result = new AlignedBuffer(Side * (Layout.RowLength + Side * _upscaled.Outputs));
        var packed = new AlignedBuffer(_channels * Side);
        var centred = new AlignedBuffer(_channels * Side);
        var tiles = new TiledRow(packed.Pointer, TileWidth, _channels * TileWidth);
        for (var row = 0; row < Side; row++)
        {
            yieldPoint.Check();
            var tokens = image.Tokens + row * image.TokenRow;
            var to = Row(result, row);
            for (var column = 0; column < Side; column += TileWidth)
            {
                var tile = column / TileWidth;
                ColumnTile<TSimd, TVector>.Pack(tokens + column, Side, _channels, tiles.Start(tile));
                _upscaled.Apply(tiles.Tile(tile), new Tile(Upscaled(result, row, column), TileWidth, TileWidth));
            }

            SetProjected(tiles, to.Projected);
            SetValues(tiles, 1, to.Values(1));
            SetValues(tiles, 2, to.Values(2));

            // x0 P, then x0 P s P.
            Centre(tokens, null, centred.Pointer, to.SquaredNorms(0));
            Centre(centred.Pointer, _scale0, centred.Pointer, to.SquaredNorms(1));
        }

        GC.KeepAlive(image);
        GC.KeepAlive(packed);
        GC.KeepAlive(centred);
        return result;
    }

    /// <summary>A grid row of computed projections.</summary>
    public ImageProjectionsRow Row(AlignedBuffer projections, int row) =>
        new(projections.Pointer + (nint)row * Layout.RowLength, Layout);

    /// <summary>
    /// Projection u W for the first transposed convolution, of a tile of columns:
    /// [features, <see cref="ColumnTile{TSimd, TVector}.Width"/>].
    /// </summary>
    /// <param name="projections">Computed projections.</param>
    /// <param name="row">Grid row.</param>
    /// <param name="column">First column of the tile.</param>
    public float* Upscaled(AlignedBuffer projections, int row, int column) =>
        projections.Pointer + (nint)Side * Layout.RowLength + (nint)_upscaled.Outputs * (row * Side + column);

    // 2 P Wo' of a layer's image-to-token attention, and as the last column 2 P bo' with the bias of the norm before.
    private static WeightMatrix CrossTermWeight(
        DecoderWeights<TSimd, TVector> weights, FoldedNormScales norms, int layer)
    {
        var name = $"transformer.layers.{layer}.cross_attn_image_to_token.out_proj";
        var bias = weights.Bias(name);
        if (layer > 0)
        {
            TensorPrimitives.Add(bias, norms.Biases[layer - 1], bias);
        }

        var weight = WeightMatrix.Transposed(weights.Weight(name), weights.Channels);
        return WeightMatrix.ConcatColumns(weight, new(bias, weights.Channels)).CentreColumns().Times(2);
    }

    private static Conv1x1<TSimd, TVector> Pack(Arena memory, WeightMatrix weight) =>
        Conv1x1<TSimd, TVector>.FromLinear(memory, weight.Values, new float[weight.Columns]);

    private void SetProjected(TiledRow tiles, float* projected)
    {
        // The weights of a few outputs stay in the caches for all columns.
        for (var first = 0; first < _projected.Outputs; first += OutputsTogether)
        {
            var count = Math.Min(OutputsTogether, _projected.Outputs - first);
            for (var column = 0; column < Side; column += TileWidth)
            {
                _projected.ApplyOutputs(
                    first,
                    count,
                    tiles.Tile(column / TileWidth),
                    new Tile(projected + first * Side + column, Side, TileWidth));
            }
        }
    }

    // Values are read by cell, so cells are the rows of this product.
    private void SetValues(TiledRow tiles, int layer, float* values)
    {
        var size = PaddedHeadSize;
        new Span<float>(values, Heads * Side * size).Clear();
        for (var head = 0; head < Heads; head++)
        {
            for (var part = 0; part < size; part += ValueMultiple)
            {
                var column = ((layer - 1) * Heads + head) * size + part;
                var weight = _values.Tile(column / TileWidth).FromColumn(column % TileWidth);
                for (var cell = 0; cell < Side; cell += TileWidth)
                {
                    Gemm<TSimd, TVector>.Accumulate(
                        OperandA.Transposed(tiles.Start(cell / TileWidth), TileWidth, TileWidth, _channels),
                        weight,
                        new Tile(values + (head * Side + cell) * size + part, size, ValueMultiple));
                }
            }
        }
    }

    // Multiplies the channels by a scale, if there is one, and centres each column; gives the squared norms.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Centre(float* tokens, float[]? scale, float* centred, float* squaredNorms)
    {
        for (var column = 0; column < Side; column += TSimd.Count)
        {
            var sum = TSimd.Create(0);
            for (var channel = 0; channel < _channels; channel++)
            {
                var value = TSimd.Load(tokens + channel * Side + column);
                value = scale is null ? value : TSimd.Multiply(value, TSimd.Create(scale[channel]));
                TSimd.Store(value, centred + channel * Side + column);
                sum = TSimd.Add(sum, value);
            }

            var mean = TSimd.Multiply(sum, TSimd.Create(1f / _channels));
            sum = TSimd.Create(0);
            for (var channel = 0; channel < _channels; channel++)
            {
                var at = centred + channel * Side + column;
                var value = TSimd.Subtract(TSimd.Load(at), mean);
                TSimd.Store(value, at);
                sum = TSimd.MultiplyAdd(value, value, sum);
            }

            TSimd.Store(sum, squaredNorms + column);
        }
    }
}
