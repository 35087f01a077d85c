using System.Runtime.CompilerServices;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>Rows times a factor of each column, and something added.</summary>
internal static unsafe class FusedScaleAdd<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>With another row for each row added; all are [count, width].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* rows, float* factors, float* added, int count, int width, float* result)
    {
        for (var end = rows + count * width; rows < end; rows += width, added += width, result += width)
        {
            for (var column = 0; column < width; column += TSimd.Count)
            {
                TSimd.Store(
                    TSimd.MultiplyAdd(
                        TSimd.Load(rows + column), TSimd.Load(factors + column), TSimd.Load(added + column)),
                    result + column);
            }
        }
    }

    /// <summary>With a number for each row added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(
        float* rows, int stride, float* factors, float* bias, int count, int width, float* result)
    {
        for (var end = rows + count * stride; rows < end; rows += stride, bias++, result += width)
        {
            var added = TSimd.Create(*bias);
            for (var column = 0; column < width; column += TSimd.Count)
            {
                TSimd.Store(
                    TSimd.MultiplyAdd(TSimd.Load(rows + column), TSimd.Load(factors + column), added), result + column);
            }
        }
    }
}
