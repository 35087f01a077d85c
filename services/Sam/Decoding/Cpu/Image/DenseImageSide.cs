using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Decoding.Cpu.Attention;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Image;

/// <summary>Image side that computes the image tokens of each prompt in full, [64, C, 64].</summary>
internal sealed unsafe class DenseImageSide<TSimd, TVector> : IImageSide
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly ImageSideWeights<TSimd, TVector> _weights;
    private readonly Conv1x1<TSimd, TVector> _upscaling;
    private readonly PreparedTokens _image;
    private readonly Arena _memory;
    private readonly YieldPoint _yieldPoint;
    private readonly Matrix[] _tokens;
    private readonly ImageToTokenAttention<TSimd, TVector>[] _toTokens;
    private readonly TiledRow _positioned;
    private readonly int _channels;
    private readonly Matrix _tile;

    /// <param name="weights">Weights.</param>
    /// <param name="upscaling">First transposed convolution of <c>output_upscaling</c>.</param>
    /// <param name="image">The image.</param>
    /// <param name="prompts">Number of prompts.</param>
    /// <param name="memory">Holds image tokens.</param>
    /// <param name="yieldPoint">Checked between rows.</param>
    public DenseImageSide(
        ImageSideWeights<TSimd, TVector> weights,
        Conv1x1<TSimd, TVector> upscaling,
        PreparedTokens image,
        int prompts,
        Arena memory,
        YieldPoint yieldPoint)
    {
        (_weights, _upscaling, _image, _memory, _yieldPoint) = (weights, upscaling, image, memory, yieldPoint);
        _channels = image.TokenRow / Side;
        _toTokens = new ImageToTokenAttention<TSimd, TVector>[prompts];
        _tokens = new Matrix[prompts];
        for (var i = 0; i < prompts; i++)
        {
            _tokens[i] = memory.AllocateUninitialized(Side * _channels, Side);
        }

        _positioned = weights.Positions.AllocateSums(memory);
        _tile = memory.AllocateUninitialized(_channels, TileWidth);
    }

    private static int TileWidth => ColumnTile<TSimd, TVector>.Width;

    /// <inheritdoc/>
    public void AttendImageToTokens(int layer, Matrix keys, Matrix values)
    {
        var weights = _weights.CrossAttnImageToToken[layer];
        var tokens = weights.ProjectTokens(_memory, keys, values, _tokens.Length);
        for (var i = 0; i < _tokens.Length; i++)
        {
            _toTokens[i] = weights.Begin(_memory, tokens[i]);
        }
    }

    /// <inheritdoc/>
    public Matrix AttendTokensToImage(int layer, Matrix queries)
    {
        var weights = _weights.CrossAttnTokenToImage[layer];
        if (layer == 0)
        {
            return weights.AttendPrepared(_memory, queries, _image, _yieldPoint);
        }

        var attentions = weights.Begin(_memory, queries, _tokens.Length);
        for (var i = 0; i < _tokens.Length; i++)
        {
            for (var row = 0; row < Side; row++)
            {
                _yieldPoint.Check();
                var tokens = _tokens[i].Row(row * _channels);
                ApplyLayer(layer - 1, _toTokens[i], row, tokens);
                _weights.Positions.Add(tokens, row, _positioned);
                attentions[i].AddRow(_positioned, tokens);
            }
        }

        return weights.End(_memory, attentions);
    }

    /// <inheritdoc/>
    public void SetUpscaledFeatures(int prompt, int row, int column, int width, float* features)
    {
        var tokens = new OperandB<float>(_tokens[prompt].Row(row * _channels) + column, Side);
        if (TileWidth < Side)
        {
            ColumnTile<TSimd, TVector>.Pack(tokens.Data, Side, _channels, _tile.Data);
            tokens = _tile.AsB();
        }

        _upscaling.Apply(tokens, new Tile(features, width, width));
    }

    // A row of image tokens through the image's half of a layer: attention to the prompt's tokens, residual, norm4.
    private void ApplyLayer(int layer, ImageToTokenAttention<TSimd, TVector> attention, int row, float* tokens)
    {
        if (layer == 0)
        {
            var queries = new TiledRow(_image.Queries + row * _image.QueryRow, Side, TileWidth);
            attention.Apply(queries, _image.Tokens + row * _image.TokenRow, tokens);
        }
        else
        {
            _weights.Positions.Add(tokens, row, _positioned);
            attention.Apply(_positioned, tokens, tokens);
        }

        _weights.Norm4[layer].Apply(tokens, Side, Side);
    }
}
