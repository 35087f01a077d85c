using Segmentation.Sam.Decoding.Cpu.Attention;
using Segmentation.Sam.Decoding.Cpu.Upscaling;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Decoding.Cpu.Image;

/// <summary>Passes that make the image tokens of each prompt, [64, C, 64].</summary>
internal sealed unsafe class DenseImageSide<TSimd, TVector> : IImageSide
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly ImageSideWeights<TSimd, TVector> _layers;
    private readonly OutputUpscaling<TSimd, TVector> _upscaler;
    private readonly PreparedImage _image;
    private readonly Arena _memory;
    private readonly YieldPoint _yieldPoint;
    private readonly Matrix[] _tokens;
    private readonly ImageToTokenAttention<TSimd, TVector>[] _toTokens;
    private readonly TiledRow _positioned;
    private readonly int _width;
    private readonly float* _block;
    private int _layer = -1;

    /// <param name="layers">Weights.</param>
    /// <param name="upscaler">Weights of what reads the tokens.</param>
    /// <param name="image">The image.</param>
    /// <param name="prompts">How many prompts.</param>
    /// <param name="memory">Holds what is made.</param>
    /// <param name="yieldPoint">Passed between rows.</param>
    public DenseImageSide(
        ImageSideWeights<TSimd, TVector> layers,
        OutputUpscaling<TSimd, TVector> upscaler,
        PreparedImage image,
        int prompts,
        Arena memory,
        YieldPoint yieldPoint)
    {
        (_layers, _upscaler, _image, _memory, _yieldPoint) = (layers, upscaler, image, memory, yieldPoint);
        _width = image.TokenRow / Side;
        _toTokens = new ImageToTokenAttention<TSimd, TVector>[prompts];
        _tokens = new Matrix[prompts];
        for (var i = 0; i < prompts; i++)
        {
            _tokens[i] = memory.AllocateUninitialized(Side * _width, Side);
        }

        _positioned = layers.Positions.TakeSums(memory);
        _block = memory.AllocateUninitialized(_width, BlockWidth).Data;
    }

    private static int BlockWidth => ColumnTile<TSimd, TVector>.Width;

    public void Begin(Matrix positioned, Matrix tokens)
    {
        _layer++;
        var begun = _layers.ToTokens[_layer].Begin(_memory, positioned, tokens, _tokens.Length);
        for (var i = 0; i < _tokens.Length; i++)
        {
            _toTokens[i] = _layers.ToTokens[_layer].Attend(_memory, begun[i]);
        }
    }

    public Matrix Attend(Matrix positioned)
    {
        var weights = _layers.ToImage[_layer];
        var toImage = weights.Begin(_memory, positioned, _tokens.Length);
        for (var i = 0; i < _tokens.Length; i++)
        {
            for (var row = 0; row < Side; row++)
            {
                _yieldPoint.Check();
                var to = _tokens[i].Row(row * _width);
                AddTokens(_toTokens[i], row, to);
                _layers.Norms[_layer].Apply(to, Side, Side);
                _layers.Positions.Add(to, row, _positioned);
                toImage[i].Add(_positioned, to);
            }
        }

        return weights.End(_memory, toImage);
    }

    public void SetFeatures(int prompt, int row, int column, int width, float* features)
    {
        var block = _tokens[prompt].Row(row * _width) + column;
        if (BlockWidth < Side)
        {
            ColumnTile<TSimd, TVector>.Pack(block, Side, _width, _block);
            block = _block;
        }

        _upscaler.First.SetColumns(width, block, BlockWidth, features, width);
    }

    // A row plus what it attends to; layer 0's queries are prepared.
    private void AddTokens(ImageToTokenAttention<TSimd, TVector> attention, int row, float* to)
    {
        if (_layer == 0)
        {
            var queries = new TiledRow(_image.Queries + row * _image.QueryRow, Side, BlockWidth);
            attention.Add(queries, _image.Tokens + row * _image.TokenRow, to);
            return;
        }

        _layers.Positions.Add(to, row, _positioned);
        attention.Add(_positioned, to, to);
    }
}
