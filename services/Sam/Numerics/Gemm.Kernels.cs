using System.Runtime.CompilerServices;

namespace Segmentation.Sam.Numerics;

/// <content>
/// Kernels RxV: R rows and V vectors of C in registers. They take plain numbers, which stay in registers too.
/// </content>
internal static unsafe partial class Gemm<TSimd, TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Kernel4x4<TLayout, TNumber>(
        float* a, nint depthStride, TNumber* b, nint strideB, int depth, float* bias, float* c, nint strideC)
        where TLayout : struct, ILayoutA
        where TNumber : unmanaged
    {
        var c00 = Start(bias, 0, c);
        var c01 = Start(bias, 0, c + TSimd.Count);
        var c02 = Start(bias, 0, c + 2 * TSimd.Count);
        var c03 = Start(bias, 0, c + 3 * TSimd.Count);
        var c10 = Start(bias, 1, c + strideC);
        var c11 = Start(bias, 1, c + strideC + TSimd.Count);
        var c12 = Start(bias, 1, c + strideC + 2 * TSimd.Count);
        var c13 = Start(bias, 1, c + strideC + 3 * TSimd.Count);
        var c20 = Start(bias, 2, c + 2 * strideC);
        var c21 = Start(bias, 2, c + 2 * strideC + TSimd.Count);
        var c22 = Start(bias, 2, c + 2 * strideC + 2 * TSimd.Count);
        var c23 = Start(bias, 2, c + 2 * strideC + 3 * TSimd.Count);
        var c30 = Start(bias, 3, c + 3 * strideC);
        var c31 = Start(bias, 3, c + 3 * strideC + TSimd.Count);
        var c32 = Start(bias, 3, c + 3 * strideC + 2 * TSimd.Count);
        var c33 = Start(bias, 3, c + 3 * strideC + 3 * TSimd.Count);
        for (; depth > 0; depth--)
        {
            var b0 = Load(b);
            var b1 = Load(b + TSimd.Count);
            var b2 = Load(b + 2 * TSimd.Count);
            var b3 = Load(b + 3 * TSimd.Count);
            var factor = TSimd.Create(*a);
            c00 = TSimd.MultiplyAdd(factor, b0, c00);
            c01 = TSimd.MultiplyAdd(factor, b1, c01);
            c02 = TSimd.MultiplyAdd(factor, b2, c02);
            c03 = TSimd.MultiplyAdd(factor, b3, c03);
            factor = TSimd.Create(a[TLayout.RowStride]);
            c10 = TSimd.MultiplyAdd(factor, b0, c10);
            c11 = TSimd.MultiplyAdd(factor, b1, c11);
            c12 = TSimd.MultiplyAdd(factor, b2, c12);
            c13 = TSimd.MultiplyAdd(factor, b3, c13);
            factor = TSimd.Create(a[2 * TLayout.RowStride]);
            c20 = TSimd.MultiplyAdd(factor, b0, c20);
            c21 = TSimd.MultiplyAdd(factor, b1, c21);
            c22 = TSimd.MultiplyAdd(factor, b2, c22);
            c23 = TSimd.MultiplyAdd(factor, b3, c23);
            factor = TSimd.Create(a[3 * TLayout.RowStride]);
            c30 = TSimd.MultiplyAdd(factor, b0, c30);
            c31 = TSimd.MultiplyAdd(factor, b1, c31);
            c32 = TSimd.MultiplyAdd(factor, b2, c32);
            c33 = TSimd.MultiplyAdd(factor, b3, c33);
            a += depthStride;
            b += strideB;
        }

        TSimd.Store(c00, c);
        TSimd.Store(c01, c + TSimd.Count);
        TSimd.Store(c02, c + 2 * TSimd.Count);
        TSimd.Store(c03, c + 3 * TSimd.Count);
        TSimd.Store(c10, c + strideC);
        TSimd.Store(c11, c + strideC + TSimd.Count);
        TSimd.Store(c12, c + strideC + 2 * TSimd.Count);
        TSimd.Store(c13, c + strideC + 3 * TSimd.Count);
        TSimd.Store(c20, c + 2 * strideC);
        TSimd.Store(c21, c + 2 * strideC + TSimd.Count);
        TSimd.Store(c22, c + 2 * strideC + 2 * TSimd.Count);
        TSimd.Store(c23, c + 2 * strideC + 3 * TSimd.Count);
        TSimd.Store(c30, c + 3 * strideC);
        TSimd.Store(c31, c + 3 * strideC + TSimd.Count);
        TSimd.Store(c32, c + 3 * strideC + 2 * TSimd.Count);
        TSimd.Store(c33, c + 3 * strideC + 3 * TSimd.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Kernel4x2<TLayout, TNumber>(
        float* a, nint depthStride, TNumber* b, nint strideB, int depth, float* bias, float* c, nint strideC)
        where TLayout : struct, ILayoutA
        where TNumber : unmanaged
    {
        var c00 = Start(bias, 0, c);
        var c01 = Start(bias, 0, c + TSimd.Count);
        var c10 = Start(bias, 1, c + strideC);
        var c11 = Start(bias, 1, c + strideC + TSimd.Count);
        var c20 = Start(bias, 2, c + 2 * strideC);
        var c21 = Start(bias, 2, c + 2 * strideC + TSimd.Count);
        var c30 = Start(bias, 3, c + 3 * strideC);
        var c31 = Start(bias, 3, c + 3 * strideC + TSimd.Count);
        for (; depth > 0; depth--)
        {
            var b0 = Load(b);
            var b1 = Load(b + TSimd.Count);
            var factor = TSimd.Create(*a);
            c00 = TSimd.MultiplyAdd(factor, b0, c00);
            c01 = TSimd.MultiplyAdd(factor, b1, c01);
            factor = TSimd.Create(a[TLayout.RowStride]);
            c10 = TSimd.MultiplyAdd(factor, b0, c10);
            c11 = TSimd.MultiplyAdd(factor, b1, c11);
            factor = TSimd.Create(a[2 * TLayout.RowStride]);
            c20 = TSimd.MultiplyAdd(factor, b0, c20);
            c21 = TSimd.MultiplyAdd(factor, b1, c21);
            factor = TSimd.Create(a[3 * TLayout.RowStride]);
            c30 = TSimd.MultiplyAdd(factor, b0, c30);
            c31 = TSimd.MultiplyAdd(factor, b1, c31);
            a += depthStride;
            b += strideB;
        }

        TSimd.Store(c00, c);
        TSimd.Store(c01, c + TSimd.Count);
        TSimd.Store(c10, c + strideC);
        TSimd.Store(c11, c + strideC + TSimd.Count);
        TSimd.Store(c20, c + 2 * strideC);
        TSimd.Store(c21, c + 2 * strideC + TSimd.Count);
        TSimd.Store(c30, c + 3 * strideC);
        TSimd.Store(c31, c + 3 * strideC + TSimd.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Kernel4x1<TLayout, TNumber>(
        float* a, nint depthStride, TNumber* b, nint strideB, int depth, float* bias, float* c, nint strideC)
        where TLayout : struct, ILayoutA
        where TNumber : unmanaged
    {
        var c00 = Start(bias, 0, c);
        var c10 = Start(bias, 1, c + strideC);
        var c20 = Start(bias, 2, c + 2 * strideC);
        var c30 = Start(bias, 3, c + 3 * strideC);
        for (; depth > 0; depth--)
        {
            var b0 = Load(b);
            var factor = TSimd.Create(*a);
            c00 = TSimd.MultiplyAdd(factor, b0, c00);
            factor = TSimd.Create(a[TLayout.RowStride]);
            c10 = TSimd.MultiplyAdd(factor, b0, c10);
            factor = TSimd.Create(a[2 * TLayout.RowStride]);
            c20 = TSimd.MultiplyAdd(factor, b0, c20);
            factor = TSimd.Create(a[3 * TLayout.RowStride]);
            c30 = TSimd.MultiplyAdd(factor, b0, c30);
            a += depthStride;
            b += strideB;
        }

        TSimd.Store(c00, c);
        TSimd.Store(c10, c + strideC);
        TSimd.Store(c20, c + 2 * strideC);
        TSimd.Store(c30, c + 3 * strideC);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Kernel8x1<TLayout, TNumber>(
        float* a, float* next, nint depthStride, TNumber* b, nint strideB, int depth, float* bias, float* c, nint strideC)
        where TLayout : struct, ILayoutA
        where TNumber : unmanaged
    {
        var below = c + 4 * strideC;
        var c00 = Start(bias, 0, c);
        var c10 = Start(bias, 1, c + strideC);
        var c20 = Start(bias, 2, c + 2 * strideC);
        var c30 = Start(bias, 3, c + 3 * strideC);
        var c40 = Start(bias, 4, below);
        var c50 = Start(bias, 5, below + strideC);
        var c60 = Start(bias, 6, below + 2 * strideC);
        var c70 = Start(bias, 7, below + 3 * strideC);
        for (; depth > 0; depth--)
        {
            var b0 = Load(b);
            c00 = TSimd.MultiplyAdd(TSimd.Create(*a), b0, c00);
            c10 = TSimd.MultiplyAdd(TSimd.Create(a[TLayout.RowStride]), b0, c10);
            c20 = TSimd.MultiplyAdd(TSimd.Create(a[2 * TLayout.RowStride]), b0, c20);
            c30 = TSimd.MultiplyAdd(TSimd.Create(a[3 * TLayout.RowStride]), b0, c30);
            c40 = TSimd.MultiplyAdd(TSimd.Create(*next), b0, c40);
            c50 = TSimd.MultiplyAdd(TSimd.Create(next[TLayout.RowStride]), b0, c50);
            c60 = TSimd.MultiplyAdd(TSimd.Create(next[2 * TLayout.RowStride]), b0, c60);
            c70 = TSimd.MultiplyAdd(TSimd.Create(next[3 * TLayout.RowStride]), b0, c70);
            a += depthStride;
            next += depthStride;
            b += strideB;
        }

        TSimd.Store(c00, c);
        TSimd.Store(c10, c + strideC);
        TSimd.Store(c20, c + 2 * strideC);
        TSimd.Store(c30, c + 3 * strideC);
        TSimd.Store(c40, below);
        TSimd.Store(c50, below + strideC);
        TSimd.Store(c60, below + 2 * strideC);
        TSimd.Store(c70, below + 3 * strideC);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Start(float* bias, int row, float* c) =>
        bias == null ? TSimd.Load(c) : TSimd.Create(bias[row]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load<TNumber>(TNumber* source)
        where TNumber : unmanaged =>
        typeof(TNumber) == typeof(short) ? TSimd.Load((short*)source) : TSimd.Load((float*)source);
}
