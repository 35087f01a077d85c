namespace Segmentation.Sam.Numerics;

/// <summary>
/// Numbers in memory that an <see cref="Arena"/> holds, row-major. Rows are padded to a multiple of 4 and columns to a
/// multiple of 16, so that kernels need no tails; what is in the padding is of no matter.
/// </summary>
internal readonly unsafe struct Matrix(float* data, int count, int stride)
{
    public float* Data { get; } = data;

    /// <summary>Rows that mean something.</summary>
    public int Count { get; } = count;

    /// <summary>Rows that are there.</summary>
    public int Rows => (Count + 3) & ~3;

    /// <summary>Numbers from a row to the next.</summary>
    public int Stride { get; } = stride;

    public float* Row(int row) => Data + (nint)row * Stride;

    /// <summary>The first <paramref name="columns"/> numbers of a row.</summary>
    public Span<float> Span(int row, int columns) => new(Row(row), columns);

    /// <summary>A row with its padding.</summary>
    public Span<float> Span(int row) => new(Row(row), Stride);

    /// <summary>
    /// One of equal parts of the rows. What follows it are the next part's rows: to be read with, never written to as,
    /// padding.
    /// </summary>
    public Matrix Part(int index, int parts)
    {
        var rows = Count / parts;
        return new Matrix(Row(index * rows), rows, Stride);
    }

    /// <summary>The same row of each of equal parts.</summary>
    public Matrix RowOfEach(Arena memory, int row, int parts)
    {
        var result = memory.Allocate(parts, Stride);
        for (var part = 0; part < parts; part++)
        {
            Part(part, parts).Span(row).CopyTo(result.Span(part));
        }

        return result;
    }

    /// <summary>All of it, padding included.</summary>
    public Span<float> AsSpan() => new(Data, Rows * Stride);
}
