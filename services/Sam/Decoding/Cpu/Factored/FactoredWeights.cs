using Segmentation.Sam.Decoding.Cpu.Image;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>Weights of layers whose image tokens are not made.</summary>
internal sealed class FactoredWeights<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private readonly double _mostKept;

    /// <param name="weights">The decoder's.</param>
    /// <param name="positions">Positions of the grid's cells.</param>
    /// <param name="upscaling">First upscaling layer, [C, features].</param>
    /// <param name="upscalingBias">[features].</param>
    /// <param name="mostKept">
    /// Numbers kept of a cell, in shares of a token's channels, up to which folding is less work: 0.75 is six points.
    /// </param>
    public FactoredWeights(
        DecoderWeights<TSimd, TVector> weights,
        DensePositionalEncoding<TSimd, TVector> positions,
        float[] upscaling,
        float[] upscalingBias,
        double mostKept)
    {
        _mostKept = mostKept * weights.Width;
        var first = new WeightMatrix(upscaling, weights.Width);
        Norms = weights.FoldedNormScales;
        Image = new(weights, first);
        Positions = new(weights, positions);
        Upscaling = new(weights, first, upscalingBias);
    }

    public FoldedNormScales Norms { get; }

    public ImageProjections<TSimd, TVector> Image { get; }

    public PositionProjections<TSimd, TVector> Positions { get; }

    public FactoredUpscaling<TSimd, TVector> Upscaling { get; }

    /// <summary>Whether prompts have few enough tokens, given less one.</summary>
    public bool IsLessWork(int others) => 2 * ImageTokenFactors<TSimd, TVector>.KeptOfLayer(others) <= _mostKept;
}
