using System.Runtime.Intrinsics;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>Makes the encoder for this processor's vectors.</summary>
internal static class CpuImageEncoder
{
    /// <summary>The operator of an attention in windows.</summary>
    public const string Attention = "MultiHeadAttention";

    /// <summary>Where it takes what is added to the scores, [heads, tokens, tokens].</summary>
    public const int BiasInput = 5;

    /// <summary>The encoder, or null for a graph that is not the TinyViT that ModelBuilder writes.</summary>
    /// <param name="path">Path of the encoder graph.</param>
    /// <param name="threads">Threads of a run, at least 1.</param>
    /// <exception cref="InvalidDataException">The file is not a graph, or lacks a weight.</exception>
    public static IImageEncoderBackend? TryCreate(string path, int threads)
    {
        var weights = new OperatorWeights(path);
        if (!IsKnown(weights))
        {
            return null;
        }

        return Vector512.IsHardwareAccelerated ? new CpuImageEncoder<Simd512, Vector512<float>>(weights, threads)
            : Vector256.IsHardwareAccelerated ? new CpuImageEncoder<Simd256, Vector256<float>>(weights, threads)
            : new CpuImageEncoder<Simd128, Vector128<float>>(weights, threads);
    }

    // Operands of windows are rows of at most so many tokens.
    private static bool IsKnown(OperatorWeights weights) =>
        weights.Has("patch_embed", "Conv")
        && weights.Has("layers.1/blocks.0", Attention)
        && weights.All(Attention).All(node => weights.Read(node, BiasInput).Shape[^1] <= Rows208.RowStep);
}
