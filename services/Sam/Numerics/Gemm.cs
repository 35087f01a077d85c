using System.Runtime.CompilerServices;

namespace Segmentation.Sam.Numerics;

/// <summary>
/// General matrix multiplication, C += A B or C = bias + A B. A kernel holds a part of C in registers, four rows by up
/// to four vectors, or eight rows by one vector: at every step of the depth a vector of B is loaded once for all rows
/// and a number of A once for all vectors. Every element of C is summed in the order of the depth, whatever the width
/// of vectors.
/// </summary>
internal static unsafe partial class Gemm<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Rows = OperandA.PanelRows;

    /// <summary>C += A B.</summary>
    /// <param name="a">A.</param>
    /// <param name="b">B, [A's depth, C's columns].</param>
    /// <param name="c">C, with A's rows in whole panels.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate<TLayout, TNumber>(
        in OperandA<TLayout> a, in OperandB<TNumber> b, in Tile c)
        where TLayout : struct, ILayoutA
        where TNumber : unmanaged => Run(a, b, null, c);

    /// <summary>C = bias + A B.</summary>
    /// <param name="a">A.</param>
    /// <param name="b">B, [A's depth, C's columns].</param>
    /// <param name="bias">Initial values of the sums, for A's rows in whole panels.</param>
    /// <param name="c">C, with A's rows in whole panels.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WithBias<TLayout, TNumber>(
        in OperandA<TLayout> a, in OperandB<TNumber> b, float* bias, in Tile c)
        where TLayout : struct, ILayoutA
        where TNumber : unmanaged => Run(a, b, bias, c);

    // Inlined: products are as small as a head's, and one call then leads to the kernels.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run<TLayout, TNumber>(
        in OperandA<TLayout> a, in OperandB<TNumber> b, float* bias, in Tile c)
        where TLayout : struct, ILayoutA
        where TNumber : unmanaged
    {
        var rows = a.PaddedRows;
        var odd = c.Columns / TSimd.Count % 2 * TSimd.Count;
        RunPairs(a, b, bias, c, rows, c.Columns - odd);
        if (odd > 0)
        {
            RunOddVector(a, b, bias, c, rows, c.Columns - odd);
        }
    }

    private static void RunPairs<TLayout, TNumber>(
        in OperandA<TLayout> a, in OperandB<TNumber> b, float* bias, in Tile c, int rows, int columns)
        where TLayout : struct, ILayoutA
        where TNumber : unmanaged
    {
        var (depth, depthStride, strideB, strideC) = (a.Depth, a.DepthStride, b.Stride, c.Stride);
        for (var row = 0; row < rows; row += Rows)
        {
            var panel = a.Panel(row);
            var start = bias == null ? null : bias + row;
            var to = c.Data + row * strideC;
            for (var column = 0; column < columns;)
            {
                var right = b.Data + column;
                if (TSimd.Has32Registers && columns - column >= 4 * TSimd.Count)
                {
                    Kernel4x4<TLayout, TNumber>(
                        panel, depthStride, right, strideB, depth, start, to + column, strideC);
                    column += 4 * TSimd.Count;
                }
                else
                {
                    Kernel4x2<TLayout, TNumber>(
                        panel, depthStride, right, strideB, depth, start, to + column, strideC);
                    column += 2 * TSimd.Count;
                }
            }
        }
    }

    // Eight rows of one vector: with four, each operation would wait for the one before.
    private static void RunOddVector<TLayout, TNumber>(
        in OperandA<TLayout> a, in OperandB<TNumber> b, float* bias, in Tile c, int rows, int column)
        where TLayout : struct, ILayoutA
        where TNumber : unmanaged
    {
        var (depth, depthStride, strideB, strideC) = (a.Depth, a.DepthStride, b.Stride, c.Stride);
        var right = b.Data + column;
        var row = 0;
        for (; row + 2 * Rows <= rows; row += 2 * Rows)
        {
            var panel = a.Panel(row);
            Kernel8x1<TLayout, TNumber>(
                panel,
                panel + a.PanelStride,
                depthStride,
                right,
                strideB,
                depth,
                bias == null ? null : bias + row,
                c.Data + row * strideC + column,
                strideC);
        }

        if (row < rows)
        {
            Kernel4x1<TLayout, TNumber>(
                a.Panel(row),
                depthStride,
                right,
                strideB,
                depth,
                bias == null ? null : bias + row,
                c.Data + row * strideC + column,
                strideC);
        }
    }
}
