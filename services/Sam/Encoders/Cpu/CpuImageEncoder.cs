using System.Runtime.Intrinsics;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>Creates the encoder for this processor's vector width.</summary>
internal static class CpuImageEncoder
{
    /// <summary>Operator type of window attention.</summary>
    public const string Attention = "MultiHeadAttention";

    /// <summary>Index of its input with the attention bias, [heads, tokens, tokens].</summary>
    public const int BiasInput = 5;

    /// <summary>Creates the encoder; null for a graph that is not the TinyViT that ModelBuilder writes.</summary>
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

    // The longest rows of window tokens that the kernels have a layout for.
    private static bool IsKnown(OperatorWeights weights) =>
        weights.Has("patch_embed", "Conv")
        && weights.Has("layers.1/blocks.0", Attention)
        && weights.All(Attention).All(node => weights.Read(node, BiasInput).Shape[^1] <= Rows208.RowStride);
}
