using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Decoding.Cpu.Image;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// Image side that keeps image tokens in factored form. A layer takes the image token x of a cell to
/// <code>
/// r (x + a V + o) P s + b
/// </code>
/// which is linear in x but for r, so x1 and x2 are f u + c B + b: the image part u, the same for all prompts, times a
/// number f, plus coefficients c of the cell times a basis B of the prompt. A weight that reads image tokens is applied
/// to u once an image (<see cref="ImageProjections{TSimd, TVector}"/>) and to B once a prompt. docs/model.md, "The
/// decoder's form", derives it.
/// </summary>
internal sealed unsafe class FactoredImageSide<TSimd, TVector> : IImageSide
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly ImageSideWeights<TSimd, TVector> _dense;
    private readonly FactoredWeights<TSimd, TVector> _weights;
    private readonly PreparedTokens _image;
    private readonly AlignedBuffer _projections;
    private readonly Arena _memory;
    private readonly YieldPoint _yieldPoint;
    private readonly ImageTokenFactors<TSimd, TVector>[] _prompts;
    private readonly OperandA<Interleaved>?[] _upscaledBases;
    private readonly float* _scratch;
    private readonly float* _projected;

    /// <param name="dense">Weights for prepared tensors.</param>
    /// <param name="weights">Weights of the factored form.</param>
    /// <param name="image">The image.</param>
    /// <param name="batch">The prompts, with the image's projections.</param>
    /// <param name="tokens">T.</param>
    /// <param name="memory">Holds coefficients and bases.</param>
    /// <param name="yieldPoint">Checked between rows.</param>
    public FactoredImageSide(
        ImageSideWeights<TSimd, TVector> dense,
        FactoredWeights<TSimd, TVector> weights,
        PreparedTokens image,
        DecodeBatch batch,
        int tokens,
        Arena memory,
        YieldPoint yieldPoint)
    {
        (_dense, _weights, _image, _memory, _yieldPoint) = (dense, weights, image, memory, yieldPoint);
        _projections = batch.ImageProjections!;
        _prompts = new ImageTokenFactors<TSimd, TVector>[batch.Count];
        for (var i = 0; i < _prompts.Length; i++)
        {
            _prompts[i] = new(memory, weights.Norms, tokens);
        }

        _upscaledBases = new OperandA<Interleaved>?[batch.Count];
        _scratch = memory.AllocateUninitialized(
            FactoredLayerNorm<TSimd, TVector>.ScratchRows(_prompts[0].Rank), Side).Data;
        _projected = memory.AllocateUninitialized(weights.Projections.Layout.Inner, Side).Data;
    }

    private static int TileWidth => ColumnTile<TSimd, TVector>.Width;

    /// <inheritdoc/>
    public void AttendImageToTokens(int layer, Matrix keys, Matrix values)
    {
        var weights = _weights.ImageToToken[layer];
        var tokens = weights.ProjectTokens(_memory, keys, values, _prompts.Length);
        for (var i = 0; i < _prompts.Length; i++)
        {
            _prompts[i].Append(layer, _memory, weights, tokens[i]);
        }
    }

    /// <inheritdoc/>
    public Matrix AttendTokensToImage(int layer, Matrix queries)
    {
        if (layer == 0)
        {
            return _dense.CrossAttnTokenToImage[0].AttendPrepared(_memory, queries, _image, _yieldPoint);
        }

        var weights = _weights.TokenToImage(layer);
        var attentions = weights.Begin(_memory, queries, _prompts);
        for (var row = 0; row < Side; row++)
        {
            // Prompts share the projections of a row, which are read from memory once.
            var image = _weights.Projections.Row(_projections, row);
            for (var i = 0; i < _prompts.Length; i++)
            {
                _yieldPoint.Check();
                ApplyLayer(layer - 1, _prompts[i], row, image);
                AttendToRow(layer, attentions[i], _prompts[i], row, image);
            }
        }

        GC.KeepAlive(_projections);
        return weights.End(_memory, attentions, _prompts);
    }

    /// <inheritdoc/>
    public void SetUpscaledFeatures(int prompt, int row, int column, int width, float* features)
    {
        var own = _prompts[prompt];
        _weights.Upscaling.Apply(
            _upscaledBases[prompt] ??= _weights.Upscaling.PackBasis(_memory, own.Basis!),
            _weights.Projections.Upscaled(_projections, row, column),
            own.ImageFactor(row) + column,
            new(own.Coefficients(row) + column, Side),
            width,
            features);
        GC.KeepAlive(_projections);
    }

    // The image's half of a layer: attention to the prompt's tokens, residual, norm4. Queries are f u Wq + pe Wq.
    private void ApplyLayer(int layer, ImageTokenFactors<TSimd, TVector> prompt, int row, ImageProjectionsRow image)
    {
        var queries = _image.Queries + row * _image.QueryRow;
        if (layer > 0)
        {
            queries = _projected;
            FusedScaleAdd<TSimd, TVector>.AddRows(
                image.Queries1,
                prompt.ImageFactor(row),
                _weights.Positions.Queries1(row),
                _weights.Projections.Layout.Inner,
                Side,
                queries);
        }

        prompt.ApplyLayer(layer, row, new(queries, Side, TileWidth), image, _scratch);
    }

    // The tokens attend to the row's image tokens. Keys are f u Wk + pe Wk.
    private void AttendToRow(
        int layer,
        FactoredCrossAttention<TSimd, TVector> attention,
        ImageTokenFactors<TSimd, TVector> prompt,
        int row,
        ImageProjectionsRow image)
    {
        FusedScaleAdd<TSimd, TVector>.AddRows(
            image.Keys(layer),
            prompt.ImageFactor(row),
            _weights.Positions.Keys(layer, row),
            _weights.Projections.Layout.Inner,
            Side,
            _projected);
        attention.AddRow(_projected, image.Values(layer), prompt.ImageFactor(row), prompt.Coefficients(row));
    }
}
