using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Direct.Folded;

/// <summary>Weights of layers whose image tokens are not made.</summary>
internal sealed class FoldedWeights<TSimd, TVector>
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
    public FoldedWeights(
        DecoderWeights<TSimd, TVector> weights,
        GridPositions<TSimd, TVector> positions,
        float[] upscaling,
        float[] upscalingBias,
        double mostKept)
    {
        _mostKept = mostKept * weights.Width;
        var first = new TokenWeight(upscaling, weights.Width);
        Norms = weights.ImageNorms;
        Image = new(weights, first);
        Positions = new(weights, positions);
        Upscaling = new(weights, first, upscalingBias);
    }

    public ImageNorms Norms { get; }

    public FoldedImage<TSimd, TVector> Image { get; }

    public FoldedPositions<TSimd, TVector> Positions { get; }

    public FoldedUpscaling<TSimd, TVector> Upscaling { get; }

    /// <summary>Whether prompts have few enough tokens, given less one.</summary>
    public bool IsLessWork(int others) => 2 * FoldedPrompt<TSimd, TVector>.KeptOfLayer(others) <= _mostKept;
}
