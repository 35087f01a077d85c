using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// The image's part of whatever reads image tokens behind the layers, where these are not made
/// (<see cref="FactoredImageSide{TSimd, TVector}"/>): the same for all prompts. 21 MB an image, 4 of them for the upscaling.
/// </summary>
internal sealed unsafe class ImageProjections<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;
    private const int Side = ImageGeometry.GridSide;
    private const int ValuePadding = 16;
    private const int FeaturesTogether = 64;
    private readonly int _channels;
    private readonly float[] _scale;
    private readonly Conv1x1<TSimd, TVector> _maps;
    private readonly TiledRow _values;
    private readonly Conv1x1<TSimd, TVector> _upscaled;

    /// <param name="weights">The decoder's.</param>
    /// <param name="upscaling">Of the first upscaling layer.</param>
    public ImageProjections(DecoderWeights<TSimd, TVector> weights, WeightMatrix upscaling)
    {
        var norms = weights.FoldedNormScales;
        (_channels, _scale) = (weights.Width, norms.Scales[0]);
        WeightMatrix Read(string name, int layers) =>
            norms.Fold(new(weights.Weight($"transformer.{name}"), _channels), layers);

        var key = Read("layers.1.cross_attn_token_to_image.k_proj", 1);
        var value = Read("layers.1.cross_attn_token_to_image.v_proj", 1).PadParts(Heads, ValuePadding);
        var finalValue = Read("final_attn_token_to_image.v_proj", 2).PadParts(Heads, ValuePadding);
        Layout = new(key.Columns, value.Columns);
        var (first, second) = (InCommon(weights, 0), InCommon(weights, 1));
        var maps = WeightMatrix.Beside(
            [
                key, first, Read("layers.1.cross_attn_image_to_token.q_proj", 1),
                norms.Fold(norms.Fold(first, 1), 1), norms.Fold(second, 1),
                Read("final_attn_token_to_image.k_proj", 2),
            ],
            4);
        _maps = Linear(weights, maps);
        _values = Divide(weights.Memory, WeightMatrix.Beside([value, finalValue]));
        _upscaled = Linear(weights, norms.Fold(upscaling, 2));
    }

    public ImageProjectionsLayout Layout { get; }

    private static int BlockWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>Makes it of an image: its grid rows, then those of <see cref="Upscaled"/>.</summary>
    /// <param name="image">The image.</param>
    /// <param name="yieldPoint">Passed between rows.</param>
    public AlignedBuffer Prepare(PreparedImage image, YieldPoint yieldPoint)
    {
        var result = new AlignedBuffer(Side * (Layout.RowLength + Side * _upscaled.Outputs));
        var blocks = new AlignedBuffer(_channels * Side);
        var centred = new AlignedBuffer(_channels * Side);
        for (var row = 0; row < Side; row++)
        {
            yieldPoint.Check();
            var tokens = image.Tokens + row * image.TokenRow;
            var to = Row(result, row);
            for (var column = 0; column < Side; column += BlockWidth)
            {
                var block = blocks.Pointer + column * _channels;
                ColumnTile<TSimd, TVector>.Pack(tokens + column, Side, _channels, block);
                _upscaled.Set(block, BlockWidth, Upscaled(result, row, column), BlockWidth);
            }

            SetMaps(blocks.Pointer, to.Maps);
            SetValues(blocks.Pointer, to.Values(0));
            Centre(tokens, null, centred.Pointer, to.Squares(0));
            Centre(centred.Pointer, _scale, centred.Pointer, to.Squares(1));
        }

        GC.KeepAlive(image);
        GC.KeepAlive(blocks);
        GC.KeepAlive(centred);
        return result;
    }

    /// <summary>A grid row of what was made.</summary>
    public ImageProjectionsRow Row(AlignedBuffer made, int row) => new(made.Pointer + (nint)row * Layout.RowLength, Layout);

    /// <summary>
    /// Features of a block of columns behind the first upscaling layer,
    /// [features, <see cref="ColumnTile{TSimd, TVector}.Width"/>].
    /// </summary>
    /// <param name="made">What was made.</param>
    /// <param name="row">Grid row.</param>
    /// <param name="column">First column of the block.</param>
    public float* Upscaled(AlignedBuffer made, int row, int column) =>
        made.Pointer + (nint)Side * Layout.RowLength + (nint)_upscaled.Outputs * (row * Side + column);

    // A value of tokens and the image's part have this in common, twice; its last column is the bias's.
    private WeightMatrix InCommon(DecoderWeights<TSimd, TVector> weights, int layer)
    {
        var name = $"transformer.layers.{layer}.cross_attn_image_to_token.out_proj";
        var bias = weights.Bias(name);
        if (layer > 0)
            TensorPrimitives.Add(bias, weights.FoldedNormScales.Biases[layer - 1], bias);

        var weight = WeightMatrix.Transposed(weights.Weight(name), _channels);
        return WeightMatrix.Beside([weight, new(bias, _channels)]).Centre().Times(2);
    }

    private void SetMaps(float* blocks, float* maps)
    {
        // A few features' weights stay in a near cache for all columns.
        for (var first = 0; first < _maps.Outputs; first += FeaturesTogether)
        {
            var count = Math.Min(FeaturesTogether, _maps.Outputs - first);
            for (var column = 0; column < Side; column += BlockWidth)
            {
                _maps.SetOutputs(
                    first, count, blocks + column * _channels, BlockWidth, maps + first * Side + column, Side);
            }
        }
    }

    private void SetValues(float* blocks, float* values)
    {
        var size = Layout.ValueColumns / Heads;
        new Span<float>(values, 2 * Layout.ValueColumns * Side).Clear();
        for (var column = 0; column < 2 * Layout.ValueColumns; column += ValuePadding)
        {
            for (var cell = 0; cell < Side; cell += BlockWidth)
            {
                Gemm<TSimd, TVector, Interleaved, float>.Add(
                    blocks + cell * _channels,
                    4,
                    BlockWidth,
                    BlockWidth,
                    _channels,
                    _values.Block(column / BlockWidth) + column % BlockWidth,
                    _values.Stride,
                    values + column / size * size * Side + cell * size + column % size,
                    size,
                    ValuePadding);
            }
        }
    }

    // Takes each column's mean away, times a scale for each channel before; and what squares remain.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Centre(float* tokens, float[]? scale, float* centred, float* squares)
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

            TSimd.Store(sum, squares + column);
        }
    }

    private static Conv1x1<TSimd, TVector> Linear(DecoderWeights<TSimd, TVector> weights, WeightMatrix weight) =>
        Conv1x1<TSimd, TVector>.OfColumns(weights.Memory, weight.Values, new float[weight.Columns]);

    private TiledRow Divide(Arena memory, WeightMatrix weight)
    {
        var matrix = memory.Allocate(_channels, weight.Columns);
        for (var channel = 0; channel < _channels; channel++)
        {
            weight.Values.AsSpan(channel * weight.Columns, weight.Columns).CopyTo(matrix.Span(channel));
        }

        return ColumnTile<TSimd, TVector>.Divide(memory, matrix);
    }
}
