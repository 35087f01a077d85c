using Segmentation.Sam.Decoding.Cpu.Attention;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Image;

/// <summary>Weights of what <see cref="IImageSide"/> are made of.</summary>
/// <param name="ToTokens">The image attends to tokens, in layers 0 and 1.</param>
/// <param name="Norms">Behind that.</param>
/// <param name="ToImage">Tokens attend to the image behind layers 0 and 1.</param>
/// <param name="Positions">Positions of the grid's cells.</param>
internal sealed record ImageSideWeights<TSimd, TVector>(
    CrossAttnImageToTokenWeights<TSimd, TVector>[] ToTokens,
    LayerNorm2d<TSimd, TVector>[] Norms,
    CrossAttnTokenToImageWeights<TSimd, TVector>[] ToImage,
    DensePositionalEncoding<TSimd, TVector> Positions)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged;
