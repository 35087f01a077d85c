using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Direct;

/// <summary>A prompt's image tokens, and what the passes over them need and leave.</summary>
/// <param name="tokens">[64, C, 64].</param>
/// <param name="first">The image's attention to tokens in layer 0.</param>
/// <param name="folded">Features for upscaling, or null to make them of the tokens.</param>
internal sealed class PromptPasses<TSimd, TVector>(
    Matrix tokens, ImageAttention<TSimd, TVector> first, FoldedFeatures<TSimd, TVector>? folded)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>[64, C, 64]; after the last pass only without <see cref="Folded"/>.</summary>
    public Matrix Tokens => tokens;

    /// <summary>The image's attention to tokens in layer 0.</summary>
    public ImageAttention<TSimd, TVector> First => first;

    /// <summary>The same in layer 1, once the first pass is over.</summary>
    public ImageAttention<TSimd, TVector>? Second { get; set; }

    /// <summary>Features for upscaling, or null.</summary>
    public FoldedFeatures<TSimd, TVector>? Folded => folded;
}
