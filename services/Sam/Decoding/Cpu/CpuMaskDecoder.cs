using System.Runtime.Intrinsics;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu;

/// <summary>Creates the decoder for this processor's vector width.</summary>
internal static class CpuMaskDecoder
{
    /// <summary>Reads the weights of a decode graph.</summary>
    /// <param name="path">Path of the decode graph.</param>
    /// <exception cref="InvalidDataException">The file lacks a weight.</exception>
    public static IMaskDecoder Create(string path) =>
        Vector512.IsHardwareAccelerated ? new CpuMaskDecoder<Simd512, Vector512<float>>(path)
        : Vector256.IsHardwareAccelerated ? new CpuMaskDecoder<Simd256, Vector256<float>>(path)
        : new CpuMaskDecoder<Simd128, Vector128<float>>(path);
}
