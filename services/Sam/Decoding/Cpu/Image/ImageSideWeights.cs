using Segmentation.Sam.Decoding.Cpu.Attention;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Image;

/// <summary>Weights that the image side reads, by layer.</summary>
/// <param name="CrossAttnImageToToken">Of layers 0 and 1.</param>
/// <param name="Norm4">Of layers 0 and 1.</param>
/// <param name="CrossAttnTokenToImage">Of layers 0 and 1, and <c>final_attn_token_to_image</c>.</param>
/// <param name="Positions">Positional encoding of the grid.</param>
internal sealed record ImageSideWeights<TSimd, TVector>(
    CrossAttnImageToTokenWeights<TSimd, TVector>[] CrossAttnImageToToken,
    LayerNorm2d<TSimd, TVector>[] Norm4,
    CrossAttnTokenToImageWeights<TSimd, TVector>[] CrossAttnTokenToImage,
    DensePositionalEncoding<TSimd, TVector> Positions)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged;
