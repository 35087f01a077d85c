using System.Runtime.Intrinsics;
using CsCheck;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Tests.Numerics;

/// <summary>Products of all operand layouts at every vector width against plain loops.</summary>
public sealed unsafe class GemmTests
{
    private static readonly Gen<(int Panels, int Depth, int Columns, int Seed)> _sizes =
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 70], Gen.Int[2, 18].Select(i => 8 * i), Gen.Int[0, 1000]);

    [Fact]
    public void Add_Panels_EqualsPlainLoops() => _sizes.Sample(size =>
    {
        var (rows, memory) = (4 * size.Panels, new Arena());
        var (a, b, c) = Make(memory, rows, size.Depth, size.Columns, size.Seed);
        var panels = memory.Allocate(1, PackedA.Length(rows, size.Depth));
        PackedA.PackRows(a, 0, size.Depth, panels.Data);
        var expected = Plain(c, rows, size.Columns, size.Depth, (row, i) => a.Row(row)[i], (i, column) => b.Row(i)[column]);

        foreach (var width in Widths(size.Columns))
        {
            var result = Copy(memory, c);
            Add<Interleaved, float>(
                width, panels.Data, 4 * size.Depth, 4, rows, size.Depth, b.Data, b.Stride, result, size.Columns);
            AssertEqual(expected, result, rows, size.Columns);
        }
    });

    [Fact]
    public void Add_RowsAlongTheDepth_EqualsPlainLoops() => _sizes.Sample(size =>
    {
        var (rows, depth, memory) = (4 * size.Panels, Math.Min(size.Depth, 64), new Arena());
        var (a, b, c) = Make(memory, rows, 64, size.Columns, size.Seed);
        var expected = Plain(c, rows, size.Columns, depth, (row, i) => a.Row(row)[i], (i, column) => b.Row(i)[column]);

        foreach (var width in Widths(size.Columns))
        {
            var result = Copy(memory, c);
            Add<Rows64, float>(width, a.Data, 4 * 64, 1, rows, depth, b.Data, b.Stride, result, size.Columns);
            AssertEqual(expected, result, rows, size.Columns);
        }
    });

    [Fact]
    public void Add_WholeNumbersOnTheRight_EqualsPlainLoops() => _sizes.Sample(size =>
    {
        var (rows, memory) = (4 * size.Panels, new Arena());
        var (a, b, c) = Make(memory, rows, size.Depth, size.Columns, size.Seed);
        var panels = memory.Allocate(1, PackedA.Length(rows, size.Depth));
        PackedA.PackRows(a, 0, size.Depth, panels.Data);
        var stored = new short[size.Depth * size.Columns];
        for (var i = 0; i < stored.Length; i++)
        {
            stored[i] = (short)(b.Row(i / size.Columns)[i % size.Columns] * 32767);
        }

        var expected = Plain(
            c, rows, size.Columns, size.Depth, (row, i) => a.Row(row)[i], (i, column) => stored[i * size.Columns + column]);
        foreach (var width in Widths(size.Columns))
        {
            var result = Copy(memory, c);
            fixed (short* right = stored)
            {
                Add<Interleaved, short>(
                    width, panels.Data, 4 * size.Depth, 4, rows, size.Depth, right, size.Columns, result, size.Columns);
            }

            AssertEqual(expected, result, rows, size.Columns, 1e-5 * 32767);
        }
    });

    // Those of which the columns are whole vectors.
    private static int[] Widths(int columns) => columns % 16 == 0 ? [512, 256, 128] : [256, 128];

    private static void Add<TLayoutA, TRight>(
        int width, float* a, nint block, nint step, int rows, int depth, TRight* b, nint stride, Matrix c, int columns)
        where TLayoutA : struct, ILayoutA
        where TRight : unmanaged
    {
        switch (width)
        {
            case 512:
                Gemm<Simd512, Vector512<float>, TLayoutA, TRight>.Add(
                    a, block, step, rows, depth, b, stride, c.Data, c.Stride, columns);
                break;
            case 256:
                Gemm<Simd256, Vector256<float>, TLayoutA, TRight>.Add(
                    a, block, step, rows, depth, b, stride, c.Data, c.Stride, columns);
                break;
            default:
                Gemm<Simd128, Vector128<float>, TLayoutA, TRight>.Add(
                    a, block, step, rows, depth, b, stride, c.Data, c.Stride, columns);
                break;
        }
    }

    private static (Matrix A, Matrix B, Matrix C) Make(Arena memory, int rows, int depth, int columns, int seed)
    {
        var random = new Random(seed);
        Matrix Fill(int count, int width)
        {
            var matrix = memory.Allocate(count, width);
            foreach (ref var value in matrix.AsSpan())
            {
                value = random.NextSingle() - 0.5f;
            }

            return matrix;
        }

        return (Fill(rows, depth), Fill(depth, columns), Fill(rows, columns));
    }

    private static double[] Plain(
        Matrix c, int rows, int columns, int depth, Func<int, int, double> a, Func<int, int, double> b)
    {
        var sums = new double[rows * columns];
        for (var i = 0; i < sums.Length; i++)
        {
            var (row, column) = (i / columns, i % columns);
            sums[i] = c.Row(row)[column] + Enumerable.Range(0, depth).Sum(step => a(row, step) * b(step, column));
        }

        return sums;
    }

    private static Matrix Copy(Arena memory, Matrix matrix)
    {
        var copy = memory.Allocate(matrix.Count, matrix.Stride);
        matrix.AsSpan().CopyTo(copy.AsSpan());
        return copy;
    }

    private static void AssertEqual(double[] expected, Matrix actual, int rows, int columns, double tolerance = 1e-5)
    {
        for (var i = 0; i < rows * columns; i++)
        {
            Assert.Equal(expected[i], actual.Row(i / columns)[i % columns], tolerance);
        }
    }
}
