using System.Runtime.Intrinsics;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Direct;

/// <summary>Makes the decoder for this processor's vectors.</summary>
internal static class DirectDecoder
{
    /// <param name="path">Path of the decode graph.</param>
    /// <exception cref="InvalidDataException">The file lacks a weight.</exception>
    public static IPromptDecoder Create(string path) =>
        Vector512.IsHardwareAccelerated ? new DirectDecoder<Simd512, Vector512<float>>(path)
        : Vector256.IsHardwareAccelerated ? new DirectDecoder<Simd256, Vector256<float>>(path)
        : new DirectDecoder<Simd128, Vector128<float>>(path);
}
