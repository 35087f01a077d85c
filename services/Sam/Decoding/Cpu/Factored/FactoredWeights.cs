using Segmentation.Sam.Decoding.Cpu.Image;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>Weights of the factored image side.</summary>
internal sealed class FactoredWeights<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const string Layer0 = "transformer.layers.0";
    private const string Layer1 = "transformer.layers.1";
    private readonly double _maxRank;
    private readonly FactoredTokenToImageWeights<TSimd, TVector> _tokenToImage1;
    private readonly FactoredTokenToImageWeights<TSimd, TVector> _finalTokenToImage;

    /// <param name="weights">The decoder's weights.</param>
    /// <param name="dense">Weights of the dense image side, which are shared where they are the same.</param>
    /// <param name="upscaling">Weight of the first transposed convolution, [C, features].</param>
    /// <param name="upscalingBias">[features].</param>
    /// <param name="maxRank">
    /// Largest rank for which the factored form is less work than the dense one, as a fraction of C: 0.75 is six
    /// points.
    /// </param>
    public FactoredWeights(
        DecoderWeights<TSimd, TVector> weights,
        ImageSideWeights<TSimd, TVector> dense,
        WeightMatrix upscaling,
        float[] upscalingBias,
        double maxRank)
    {
        _maxRank = maxRank * weights.Channels;
        Norms = FoldedNormScales.Read(weights);
        ImageToToken =
        [
            new(weights, $"{Layer0}.cross_attn_image_to_token", dense.CrossAttnImageToToken[0], null),
            new(weights, $"{Layer1}.cross_attn_image_to_token", dense.CrossAttnImageToToken[1], Norms.Biases[0]),
        ];
        _tokenToImage1 = new(
            weights, $"{Layer1}.cross_attn_token_to_image", dense.CrossAttnTokenToImage[1], Norms.Biases[0]);
        _finalTokenToImage = new(
            weights, "transformer.final_attn_token_to_image", dense.CrossAttnTokenToImage[2], Norms.Biases[1]);
        Projections = new(weights, Norms, upscaling);
        Positions = new(weights, dense.Positions);
        Upscaling = new(weights.Memory, upscaling, upscalingBias, Norms.Biases[1]);
    }

    /// <summary>Norms of both layers.</summary>
    public FoldedNormScales Norms { get; }

    /// <summary>The image's attention to tokens in layers 0 and 1.</summary>
    public IReadOnlyList<FactoredImageToTokenWeights<TSimd, TVector>> ImageToToken { get; }

    /// <summary>Projections of the image.</summary>
    public ImageProjections<TSimd, TVector> Projections { get; }

    /// <summary>Projections of positional encodings.</summary>
    public PositionProjections<TSimd, TVector> Positions { get; }

    /// <summary>The first transposed convolution.</summary>
    public FactoredUpscaling<TSimd, TVector> Upscaling { get; }

    /// <summary>The tokens' attention to the image in layer 1, or 2 for the final attention.</summary>
    public FactoredTokenToImageWeights<TSimd, TVector> TokenToImage(int layer) =>
        layer == 1 ? _tokenToImage1 : _finalTokenToImage;

    /// <summary>True if prompts of T tokens are less work in factored form.</summary>
    public bool IsLessWork(int tokens) => ImageTokenFactors<TSimd, TVector>.MaxRank(tokens) <= _maxRank;
}
