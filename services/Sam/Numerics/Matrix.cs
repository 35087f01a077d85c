using System.Numerics.Tensors;

namespace Segmentation.Sam.Numerics;

/// <summary>
/// Floats in memory of an <see cref="Arena"/>, row-major. Rows are padded to a multiple of 4 and columns to a multiple
/// of 16, so that kernels need no code for remainders. The padding may hold anything.
/// </summary>
internal readonly unsafe struct Matrix(float* data, int count, int stride)
{
    /// <summary>Element (0, 0).</summary>
    public float* Data { get; } = data;

    /// <summary>Rows that are defined.</summary>
    public int Count { get; } = count;

    /// <summary>Rows with the padding.</summary>
    public int Rows => (Count + 3) & ~3;

    /// <summary>Floats from a row to the next.</summary>
    public int Stride { get; } = stride;

    /// <summary>First element of a row.</summary>
    public float* Row(int row) => Data + (nint)row * Stride;

    /// <summary>The first <paramref name="columns"/> elements of a row.</summary>
    public Span<float> Span(int row, int columns) => new(Row(row), columns);

    /// <summary>A row with its padding.</summary>
    public Span<float> Span(int row) => new(Row(row), Stride);

    /// <summary>The matrix as right operand of a GEMM.</summary>
    public OperandB<float> AsB() => new(Data, Stride);

    /// <summary>The matrix as result of a GEMM.</summary>
    public Tile AsTile() => new(Data, Stride, Stride);

    /// <summary>A part of the matrix as result of a GEMM, from an element on.</summary>
    public Tile AsTile(int row, int column, int columns) => new(Row(row) + column, Stride, columns);

    /// <summary>
    /// One of equal parts of the rows. Its padding are the next part's rows: they may be read, and must not be written.
    /// </summary>
    public Matrix Part(int index, int parts)
    {
        var rows = Count / parts;
        return new Matrix(Row(index * rows), rows, Stride);
    }

    /// <summary>Copies the same row of each of equal parts.</summary>
    public Matrix RowOfEach(Arena memory, int row, int parts)
    {
        var result = memory.Allocate(parts, Stride);
        for (var part = 0; part < parts; part++)
        {
            Part(part, parts).Span(row).CopyTo(result.Span(part));
        }

        return result;
    }

    /// <summary>Adds another matrix of the same shape.</summary>
    public Matrix Plus(Arena memory, Matrix other)
    {
        var sum = memory.AllocateUninitialized(Count, Stride);
        TensorPrimitives.Add(AsSpan(), other.AsSpan(), sum.AsSpan());
        return sum;
    }

    /// <summary>All elements, padding included.</summary>
    public Span<float> AsSpan() => new(Data, Rows * Stride);
}
