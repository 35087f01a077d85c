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
    public void Accumulate_PackedRows_EqualsPlainLoops() => _sizes.Sample(size =>
    {
        var (rows, memory) = (4 * size.Panels - size.Seed % 4, new Arena());
        var (a, b, c) = Make(memory, rows, size.Depth, size.Columns, size.Seed);
        var expected = Plain(
            c, rows, size.Columns, size.Depth, (row, i) => a.Row(row)[i], (i, column) => b.Row(i)[column]);

        foreach (var width in Widths(size.Columns))
        {
            var result = Copy(memory, c);
            Accumulate(width, PackedA.Rows(memory, a, size.Depth), b.AsB(), result.AsTile(0, 0, size.Columns));
            AssertEqual(expected, result, rows, size.Columns);
        }
    });

    [Fact]
    public void Accumulate_TransposedAndPackedColumns_EqualPlainLoops() => _sizes.Sample(size =>
    {
        var (rows, memory) = (4 * size.Panels, new Arena());
        var (a, b, c) = Make(memory, size.Depth, rows, size.Columns, size.Seed);
        b = Make(memory, 1, size.Depth, size.Columns, size.Seed + 1).B;
        c = Make(memory, rows, 1, size.Columns, size.Seed + 2).C;
        var expected = Plain(
            c, rows, size.Columns, size.Depth, (row, i) => a.Row(i)[row], (i, column) => b.Row(i)[column]);

        foreach (var width in Widths(size.Columns))
        {
            var (first, second) = (Copy(memory, c), Copy(memory, c));
            var transposed = OperandA.Transposed(a.Data, a.Stride, rows, size.Depth);
            Accumulate(width, transposed, b.AsB(), first.AsTile(0, 0, size.Columns));
            AssertEqual(expected, first, rows, size.Columns);
            var packed = PackedA.Columns(memory, a, rows, size.Depth);
            Accumulate(width, packed, b.AsB(), second.AsTile(0, 0, size.Columns));
            AssertEqual(expected, second, rows, size.Columns);
        }
    });

    [Fact]
    public void Accumulate_RowsAlongTheDepth_EqualsPlainLoops() => _sizes.Sample(size =>
    {
        var (rows, depth, memory) = (4 * size.Panels, Math.Min(size.Depth, 64), new Arena());
        var (a, b, c) = Make(memory, rows, 64, size.Columns, size.Seed);
        var expected = Plain(c, rows, size.Columns, depth, (row, i) => a.Row(row)[i], (i, column) => b.Row(i)[column]);

        foreach (var width in Widths(size.Columns))
        {
            var result = Copy(memory, c);
            var left = OperandA.RowMajor<Rows64>(a.Data, rows, depth);
            Accumulate(width, left, b.AsB(), result.AsTile(0, 0, size.Columns));
            AssertEqual(expected, result, rows, size.Columns);
        }
    });

    [Fact]
    public void Accumulate_IntegersOnTheRight_EqualsPlainLoops() => _sizes.Sample(size =>
    {
        var (rows, memory) = (4 * size.Panels, new Arena());
        var (a, b, c) = Make(memory, rows, size.Depth, size.Columns, size.Seed);
        var stored = new short[size.Depth * size.Columns];
        for (var i = 0; i < stored.Length; i++)
        {
            stored[i] = (short)(b.Row(i / size.Columns)[i % size.Columns] * 32767);
        }

        var expected = Plain(
            c, rows, size.Columns, size.Depth,
            (row, i) => a.Row(row)[i], (i, column) => stored[i * size.Columns + column]);
        foreach (var width in Widths(size.Columns))
        {
            var result = Copy(memory, c);
            fixed (short* right = stored)
            {
                Accumulate(
                    width,
                    PackedA.Rows(memory, a, size.Depth),
                    new OperandB<short>(right, size.Columns),
                    result.AsTile(0, 0, size.Columns));
            }

            AssertEqual(expected, result, rows, size.Columns, 1e-5 * 32767);
        }
    });

    [Fact]
    public void Accumulate_SlicesOfRowsAndDepth_AddUpToTheWhole() => _sizes.Sample(size =>
    {
        var (rows, depth, memory) = (4 * (size.Panels + 1), size.Depth + 1, new Arena());
        var (a, b, c) = Make(memory, rows, depth, size.Columns, size.Seed);
        var packed = PackedA.Rows(memory, a, depth);
        var (firstRows, firstSteps) = (4 * (1 + size.Seed % size.Panels), 1 + size.Seed % size.Depth);

        foreach (var width in Widths(size.Columns))
        {
            var (whole, parts) = (Copy(memory, c), Copy(memory, c));
            Accumulate(width, packed, b.AsB(), whole.AsTile(0, 0, size.Columns));
            foreach (var (row, count) in new[] { (0, firstRows), (firstRows, rows - firstRows) })
            {
                foreach (var (step, steps) in new[] { (0, firstSteps), (firstSteps, depth - firstSteps) })
                {
                    Accumulate(
                        width,
                        packed.SliceRows(row, count).SliceDepth(step, steps),
                        b.AsB().FromRow(step),
                        parts.AsTile(row, 0, size.Columns));
                }
            }

            // Sums go on from what C holds, in the order of the depth: to the bit.
            Assert.True(whole.AsSpan().SequenceEqual(parts.AsSpan()));
        }
    });

    [Fact]
    public void WithBias_Panels_ReplacesWhatWasThere() => _sizes.Sample(size =>
    {
        var (rows, memory) = (4 * size.Panels, new Arena());
        var (a, b, c) = Make(memory, rows, size.Depth, size.Columns, size.Seed);
        var bias = Make(memory, 1, rows, 16, size.Seed).A;
        var expected = Plain(
            memory.Allocate(rows, size.Columns), rows, size.Columns, size.Depth,
            (row, i) => a.Row(row)[i], (i, column) => b.Row(i)[column]);
        for (var i = 0; i < expected.Length; i++)
        {
            expected[i] += bias.Data[i / size.Columns];
        }

        foreach (var width in Widths(size.Columns))
        {
            var result = Copy(memory, c);
            var packed = PackedA.Rows(memory, a, size.Depth);
            var tile = result.AsTile(0, 0, size.Columns);
            switch (width)
            {
                case 512:
                    Gemm<Simd512, Vector512<float>>.WithBias(packed, b.AsB(), bias.Data, tile);
                    break;
                case 256:
                    Gemm<Simd256, Vector256<float>>.WithBias(packed, b.AsB(), bias.Data, tile);
                    break;
                default:
                    Gemm<Simd128, Vector128<float>>.WithBias(packed, b.AsB(), bias.Data, tile);
                    break;
            }

            AssertEqual(expected, result, rows, size.Columns);
        }
    });

    // Those of which the columns are whole vectors.
    private static int[] Widths(int columns) => columns % 16 == 0 ? [512, 256, 128] : [256, 128];

    private static void Accumulate<TLayout, TNumber>(int width, OperandA<TLayout> a, OperandB<TNumber> b, Tile c)
        where TLayout : struct, ILayoutA
        where TNumber : unmanaged
    {
        switch (width)
        {
            case 512:
                Gemm<Simd512, Vector512<float>>.Accumulate(a, b, c);
                break;
            case 256:
                Gemm<Simd256, Vector256<float>>.Accumulate(a, b, c);
                break;
            default:
                Gemm<Simd128, Vector128<float>>.Accumulate(a, b, c);
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
