using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Direct;

/// <summary>Weights of what <see cref="IImagePasses"/> are made of.</summary>
/// <param name="ToTokens">The image attends to tokens, in layers 0 and 1.</param>
/// <param name="Norms">Behind that.</param>
/// <param name="ToImage">Tokens attend to the image behind layers 0 and 1.</param>
/// <param name="Positions">Positions of the grid's cells.</param>
internal sealed record ImageLayers<TSimd, TVector>(
    ImageToToken<TSimd, TVector>[] ToTokens,
    ChannelNorm<TSimd, TVector>[] Norms,
    TokenToImage<TSimd, TVector>[] ToImage,
    GridPositions<TSimd, TVector> Positions)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged;
