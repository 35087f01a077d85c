using System.Runtime.CompilerServices;

namespace Segmentation.Sam.Numerics;

/// <summary>
/// C += A B, or C = bias + A B, four rows and up to four vectors of C at a time in registers, or eight rows of an odd
/// vector: per step of the depth, a vector of B is loaded once for all rows and a number of A once for all vectors. Every
/// element of C is summed in the order of the depth, whatever the width of vectors.
/// </summary>
/// <remarks>
/// Measured at 100 to 108 of the 118 GFLOP/s that a 3.7 GHz core with two 256-bit multipliers can do.
/// </remarks>
internal static unsafe class Gemm<TSimd, TVector, TLayoutA, TRight>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
    where TLayoutA : struct, ILayoutA
    where TRight : unmanaged
{
    private const int Rows = 4;

    /// <summary>Adds a product.</summary>
    /// <param name="a">First number of A.</param>
    /// <param name="blockStep">Numbers from four rows of A to the next four.</param>
    /// <param name="depthStep">Numbers from one step of the depth to the next in A.</param>
    /// <param name="rows">Rows of C: a multiple of 4.</param>
    /// <param name="depth">Depth of the product.</param>
    /// <param name="b">B, [depth][strideB]: float or short.</param>
    /// <param name="strideB">Numbers from a row of B to the next.</param>
    /// <param name="c">C, [rows][strideC].</param>
    /// <param name="strideC">Numbers from a row of C to the next.</param>
    /// <param name="columns">Columns of C: whole vectors.</param>
    public static void Add(
        float* a, nint blockStep, nint depthStep, int rows, int depth,
        TRight* b, nint strideB, float* c, nint strideC, int columns) =>
        Run(a, blockStep, depthStep, rows, depth, b, strideB, null, c, strideC, columns);

    /// <summary>The product and a bias in place of what C held.</summary>
    /// <inheritdoc cref="Add"/>
    /// <param name="a">First number of A.</param>
    /// <param name="blockStep">Numbers from four rows of A to the next four.</param>
    /// <param name="depthStep">Numbers from one step of the depth to the next in A.</param>
    /// <param name="rows">Rows of C: a multiple of 4.</param>
    /// <param name="depth">Depth of the product.</param>
    /// <param name="b">B, [depth][strideB]: float or short.</param>
    /// <param name="strideB">Numbers from a row of B to the next.</param>
    /// <param name="bias">[rows], what the sums of each row start from.</param>
    /// <param name="c">C, [rows][strideC].</param>
    /// <param name="strideC">Numbers from a row of C to the next.</param>
    /// <param name="columns">Columns of C: whole vectors.</param>
    public static void Set(
        float* a, nint blockStep, nint depthStep, int rows, int depth,
        TRight* b, nint strideB, float* bias, float* c, nint strideC, int columns) =>
        Run(a, blockStep, depthStep, rows, depth, b, strideB, bias, c, strideC, columns);

    private static void Run(
        float* a, nint blockStep, nint depthStep, int rows, int depth,
        TRight* b, nint strideB, float* bias, float* c, nint strideC, int columns)
    {
        var odd = columns / TSimd.Count % 2 * TSimd.Count;
        RunEven(a, blockStep, depthStep, rows, depth, b, strideB, bias, c, strideC, columns - odd);
        if (odd > 0)
        {
            var column = columns - odd;
            RunOdd(a, blockStep, depthStep, rows, depth, b + column, strideB, bias, c + column, strideC);
        }
    }

    private static void RunEven(
        float* a, nint blockStep, nint depthStep, int rows, int depth,
        TRight* b, nint strideB, float* bias, float* c, nint strideC, int columns)
    {
        for (var row = 0; row < rows; row += Rows, a += blockStep, c += Rows * strideC)
        {
            var start = bias == null ? null : bias + row;
            for (var column = 0; column < columns;)
            {
                if (TSimd.Has32Registers && columns - column >= 4 * TSimd.Count)
                {
                    Run4(a, depthStep, b + column, strideB, depth, start, c + column, strideC);
                    column += 4 * TSimd.Count;
                }
                else
                {
                    Run2(a, depthStep, b + column, strideB, depth, start, c + column, strideC);
                    column += 2 * TSimd.Count;
                }
            }
        }
    }

    // One vector of each of eight rows: with four, each operation would wait for the one before.
    private static void RunOdd(
        float* a, nint blockStep, nint depthStep, int rows, int depth,
        TRight* b, nint strideB, float* bias, float* c, nint strideC)
    {
        var row = 0;
        for (; row + 2 * Rows <= rows; row += 2 * Rows, a += 2 * blockStep, c += 2 * Rows * strideC)
        {
            var start = bias == null ? null : bias + row;
            RunTall(a, a + blockStep, depthStep, b, strideB, depth, start, c, strideC);
        }

        if (row < rows)
            Run1(a, depthStep, b, strideB, depth, bias == null ? null : bias + row, c, strideC);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run4(
        float* a, nint depthStep, TRight* b, nint strideB, int depth, float* bias, float* c, nint strideC)
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
            factor = TSimd.Create(a[TLayoutA.RowStep]);
            c10 = TSimd.MultiplyAdd(factor, b0, c10);
            c11 = TSimd.MultiplyAdd(factor, b1, c11);
            c12 = TSimd.MultiplyAdd(factor, b2, c12);
            c13 = TSimd.MultiplyAdd(factor, b3, c13);
            factor = TSimd.Create(a[2 * TLayoutA.RowStep]);
            c20 = TSimd.MultiplyAdd(factor, b0, c20);
            c21 = TSimd.MultiplyAdd(factor, b1, c21);
            c22 = TSimd.MultiplyAdd(factor, b2, c22);
            c23 = TSimd.MultiplyAdd(factor, b3, c23);
            factor = TSimd.Create(a[3 * TLayoutA.RowStep]);
            c30 = TSimd.MultiplyAdd(factor, b0, c30);
            c31 = TSimd.MultiplyAdd(factor, b1, c31);
            c32 = TSimd.MultiplyAdd(factor, b2, c32);
            c33 = TSimd.MultiplyAdd(factor, b3, c33);
            a += depthStep;
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
    private static void Run2(
        float* a, nint depthStep, TRight* b, nint strideB, int depth, float* bias, float* c, nint strideC)
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
            factor = TSimd.Create(a[TLayoutA.RowStep]);
            c10 = TSimd.MultiplyAdd(factor, b0, c10);
            c11 = TSimd.MultiplyAdd(factor, b1, c11);
            factor = TSimd.Create(a[2 * TLayoutA.RowStep]);
            c20 = TSimd.MultiplyAdd(factor, b0, c20);
            c21 = TSimd.MultiplyAdd(factor, b1, c21);
            factor = TSimd.Create(a[3 * TLayoutA.RowStep]);
            c30 = TSimd.MultiplyAdd(factor, b0, c30);
            c31 = TSimd.MultiplyAdd(factor, b1, c31);
            a += depthStep;
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
    private static void Run1(
        float* a, nint depthStep, TRight* b, nint strideB, int depth, float* bias, float* c, nint strideC)
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
            factor = TSimd.Create(a[TLayoutA.RowStep]);
            c10 = TSimd.MultiplyAdd(factor, b0, c10);
            factor = TSimd.Create(a[2 * TLayoutA.RowStep]);
            c20 = TSimd.MultiplyAdd(factor, b0, c20);
            factor = TSimd.Create(a[3 * TLayoutA.RowStep]);
            c30 = TSimd.MultiplyAdd(factor, b0, c30);
            a += depthStep;
            b += strideB;
        }

        TSimd.Store(c00, c);
        TSimd.Store(c10, c + strideC);
        TSimd.Store(c20, c + 2 * strideC);
        TSimd.Store(c30, c + 3 * strideC);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunTall(
        float* a, float* next, nint depthStep, TRight* b, nint strideB, int depth, float* bias, float* c, nint strideC)
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
            c10 = TSimd.MultiplyAdd(TSimd.Create(a[TLayoutA.RowStep]), b0, c10);
            c20 = TSimd.MultiplyAdd(TSimd.Create(a[2 * TLayoutA.RowStep]), b0, c20);
            c30 = TSimd.MultiplyAdd(TSimd.Create(a[3 * TLayoutA.RowStep]), b0, c30);
            c40 = TSimd.MultiplyAdd(TSimd.Create(*next), b0, c40);
            c50 = TSimd.MultiplyAdd(TSimd.Create(next[TLayoutA.RowStep]), b0, c50);
            c60 = TSimd.MultiplyAdd(TSimd.Create(next[2 * TLayoutA.RowStep]), b0, c60);
            c70 = TSimd.MultiplyAdd(TSimd.Create(next[3 * TLayoutA.RowStep]), b0, c70);
            a += depthStep;
            next += depthStep;
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
    private static TVector Load(TRight* source) =>
        typeof(TRight) == typeof(short) ? TSimd.Load((short*)source) : TSimd.Load((float*)source);
}
