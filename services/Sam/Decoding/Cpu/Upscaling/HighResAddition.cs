using System.Runtime.CompilerServices;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Upscaling;

/// <summary>Adds rows of <see cref="HighResFeatures"/> to a tile of features, [channels][width] without gaps.</summary>
internal static unsafe class HighResAddition<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>Adds the features.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* tile, int channels, int width, Half* features)
    {
        for (var channel = 0; channel < channels; channel++, tile += width, features += HighResFeatures.Stride)
        {
            for (var column = 0; column < width; column += TSimd.Count)
            {
                TSimd.Store(TSimd.Add(TSimd.Load(tile + column), TSimd.Load(features + column)), tile + column);
            }
        }
    }

    /// <summary>Adds the features and applies the GELU to the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddGelu(float* tile, int channels, int width, Half* features)
    {
        for (var channel = 0; channel < channels; channel++, tile += width, features += HighResFeatures.Stride)
        {
            for (var column = 0; column < width; column += TSimd.Count)
            {
                var sum = TSimd.Add(TSimd.Load(tile + column), TSimd.Load(features + column));
                TSimd.Store(VectorMath<TSimd, TVector>.Gelu(sum), tile + column);
            }
        }
    }
}
