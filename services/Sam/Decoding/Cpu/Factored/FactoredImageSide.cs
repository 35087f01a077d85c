using Segmentation.Sam.Decoding.Cpu.Image;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// Passes that make no image tokens. A layer takes a cell's token x to
/// <code>
/// r (x + V' a + o) P diag(scale) + bias     a: shares of tokens, V: their values, o: the origin, P: takes the mean away
/// </code>
/// with a factor r, so behind layers a token is the image's part, the same linear function of its prepared token for all
/// prompts, times the factors, plus numbers that are kept of each cell (a and 1, times the factors) times rows that are the
/// prompt's. What reads tokens multiplies them by some weight: of the image's part that is made once
/// (<see cref="ImageProjections{TSimd, TVector}"/>), of the rows once a prompt. docs/model.md derives it.
/// </summary>
internal sealed unsafe class FactoredImageSide<TSimd, TVector> : IImageSide
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly ImageSideWeights<TSimd, TVector> _layers;
    private readonly FactoredWeights<TSimd, TVector> _folded;
    private readonly PreparedImage _image;
    private readonly AlignedBuffer _ofImage;
    private readonly Arena _memory;
    private readonly YieldPoint _yieldPoint;
    private readonly ImageTokenFactors<TSimd, TVector>[] _prompts;
    private readonly Matrix?[] _contributions;
    private readonly float* _scratch;
    private readonly float* _projected;
    private int _layer = -1;

    /// <param name="layers">Weights.</param>
    /// <param name="folded">Weights of what is kept.</param>
    /// <param name="image">The image.</param>
    /// <param name="batch">The prompts, with features of the image.</param>
    /// <param name="others">Tokens of a prompt less one.</param>
    /// <param name="memory">Holds what is kept.</param>
    /// <param name="yieldPoint">Passed between rows.</param>
    public FactoredImageSide(
        ImageSideWeights<TSimd, TVector> layers,
        FactoredWeights<TSimd, TVector> folded,
        PreparedImage image,
        DecodeBatch batch,
        int others,
        Arena memory,
        YieldPoint yieldPoint)
    {
        (_layers, _folded, _image, _memory, _yieldPoint) = (layers, folded, image, memory, yieldPoint);
        _ofImage = batch.ImageProjections!;
        _prompts = new ImageTokenFactors<TSimd, TVector>[batch.Count];
        for (var i = 0; i < _prompts.Length; i++)
        {
            _prompts[i] = new(memory, folded.Norms, others);
        }

        _contributions = new Matrix?[batch.Count];
        _scratch = memory.AllocateUninitialized(
            FactoredLayerNorm<TSimd, TVector>.ScratchRows(_prompts[0].Depth), Side).Data;
        _projected = memory.AllocateUninitialized(folded.Image.Layout.Inner, Side).Data;
    }

    private static int BlockWidth => ColumnTile<TSimd, TVector>.Width;

    public void Begin(Matrix positioned, Matrix tokens)
    {
        _layer++;
        var weights = _layers.ToTokens[_layer];
        var begun = weights.Begin(_memory, positioned, tokens, _prompts.Length);
        for (var i = 0; i < _prompts.Length; i++)
        {
            _prompts[i].Add(_memory, weights, begun[i]);
        }
    }

    public Matrix Attend(Matrix positioned)
    {
        var toImage = _layers.ToImage[_layer].Kept!;
        toImage.Begin(_memory, positioned, _prompts);
        for (var row = 0; row < Side; row++)
        {
            // Prompts share what is read of the image.
            foreach (var prompt in _prompts)
            {
                _yieldPoint.Check();
                Pass(prompt, row);
            }
        }

        GC.KeepAlive(_ofImage);
        return toImage.End(_memory, _prompts);
    }

    public void SetFeatures(int prompt, int row, int column, int width, float* features)
    {
        var own = _prompts[prompt];
        _folded.Upscaling.Set(
            _contributions[prompt] ??= _folded.Upscaling.Contributions(_memory, own.Basis!),
            own.Depth,
            _folded.Image.Upscaled(_ofImage, row, column),
            own.Factors(row) + column,
            own.Kept(row) + column,
            Side,
            width,
            features);
        GC.KeepAlive(_ofImage);
    }

    private void Pass(ImageTokenFactors<TSimd, TVector> prompt, int row)
    {
        var image = _folded.Image.Row(_ofImage, row);
        var inner = _folded.Image.Layout.Inner;
        var queries = _image.Queries + row * _image.QueryRow;
        if (_layer > 0)
        {
            queries = _projected;
            FusedScaleAdd<TSimd, TVector>.Apply(
                image.Queries, prompt.Factors(row), _folded.Positions.Queries(row), inner, Side, queries);
        }

        prompt.Pass(row, new(queries, Side, BlockWidth), image, _scratch);
        FusedScaleAdd<TSimd, TVector>.Apply(
            image.Keys(_layer), prompt.Factors(row), _folded.Positions.Keys(_layer, row), inner, Side, _projected);
        prompt.ToImage!.Add(_projected, image.Values(_layer), prompt.Factors(row), prompt.Kept(row));
    }
}
