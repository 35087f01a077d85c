using System.Runtime.CompilerServices;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>Rows times a factor of each column, plus an addend, as one fused operation: f (u W) + ...</summary>
internal static unsafe class FusedScaleAdd<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>result = rows factors + added.</summary>
    /// <param name="rows">[count, width].</param>
    /// <param name="factors">[width].</param>
    /// <param name="added">[count, width].</param>
    /// <param name="count">Rows.</param>
    /// <param name="width">Columns, whole vectors.</param>
    /// <param name="result">Receives [count, width].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows(float* rows, float* factors, float* added, int count, int width, float* result)
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

    /// <summary>result = rows factors + bias.</summary>
    /// <param name="rows">[count][stride].</param>
    /// <param name="stride">Floats from a row to the next.</param>
    /// <param name="factors">[width].</param>
    /// <param name="bias">[count].</param>
    /// <param name="count">Rows.</param>
    /// <param name="width">Columns, whole vectors.</param>
    /// <param name="result">Receives [count, width].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddBias(
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
