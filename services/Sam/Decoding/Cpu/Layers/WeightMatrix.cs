using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Layers;

/// <summary>
/// A weight [rows, columns] that multiplies tokens of as many channels from the right, while it is prepared.
/// </summary>
/// <param name="values">Row-major.</param>
/// <param name="rows">Rows.</param>
internal sealed class WeightMatrix(float[] values, int rows)
{
    /// <summary>Row-major.</summary>
    public float[] Values => values;

    /// <summary>Channels of the tokens.</summary>
    public int Rows => rows;

    /// <summary>Columns.</summary>
    public int Columns { get; } = values.Length / rows;

    /// <summary>Transposes a weight [columns, rows].</summary>
    public static WeightMatrix Transposed(float[] values, int rows)
    {
        var columns = values.Length / rows;
        return new([.. values.Select((_, i) => values[i % columns * rows + i / columns])], rows);
    }

    /// <summary>Places weights side by side, each from a column on; other columns are zero.</summary>
    /// <param name="columns">Columns of the result.</param>
    /// <param name="parts">Weights of as many rows, and the first column of each.</param>
    public static WeightMatrix Arrange(int columns, IReadOnlyList<(int First, WeightMatrix Weight)> parts)
    {
        var rows = parts[0].Weight.Rows;
        var together = new float[rows * columns];
        foreach (var (first, part) in parts)
        {
            for (var row = 0; row < rows; row++)
            {
                part.Values.AsSpan(row * part.Columns, part.Columns).CopyTo(together.AsSpan(row * columns + first));
            }
        }

        return new(together, rows);
    }

    /// <summary>Places weights side by side.</summary>
    public static WeightMatrix ConcatColumns(params IReadOnlyList<WeightMatrix> parts)
    {
        var columns = 0;
        var places = parts.Select(part => (columns += part.Columns) - part.Columns).Zip(parts).ToArray();
        return Arrange(columns, places);
    }

    /// <summary>Appends columns of zeros to each head's columns, up to a multiple.</summary>
    public WeightMatrix PadHeads(int heads, int multiple)
    {
        var size = Columns / heads;
        var padded = (size + multiple - 1) / multiple * multiple;
        return Arrange(
            heads * padded,
            [.. Enumerable.Range(0, heads).Select(head => (head * padded, Slice(head * size, size)))]);
    }

    /// <summary>Multiplies each row by its own factor: the product of a diagonal matrix and this one.</summary>
    public WeightMatrix ScaleRows(float[] by) => new([.. values.Select((value, i) => value * by[i / Columns])], rows);

    /// <summary>Multiplies all values by a factor.</summary>
    public WeightMatrix Times(float factor) => new([.. values.Select(value => value * factor)], rows);

    /// <summary>
    /// Subtracts each column's mean, P times this matrix: equal to centring the tokens that are multiplied by it.
    /// </summary>
    public WeightMatrix CentreColumns()
    {
        var means = Multiply([.. Enumerable.Repeat(1f / rows, rows)]);
        return new([.. values.Select((value, i) => value - means[i % Columns])], rows);
    }

    /// <summary>Multiplies a token by the weight, with sums in double precision.</summary>
    public float[] Multiply(float[] token)
    {
        var sums = new double[Columns];
        for (var i = 0; i < values.Length; i++)
        {
            sums[i % Columns] += (double)token[i / Columns] * values[i];
        }

        return Array.ConvertAll(sums, sum => (float)sum);
    }

    /// <summary>Copies the weight to memory of kernels.</summary>
    public Matrix CopyTo(Arena memory)
    {
        var matrix = memory.Allocate(rows, Columns);
        for (var row = 0; row < rows; row++)
        {
            values.AsSpan(row * Columns, Columns).CopyTo(matrix.Span(row));
        }

        return matrix;
    }

    private WeightMatrix Slice(int first, int count)
    {
        var slice = new float[rows * count];
        for (var row = 0; row < rows; row++)
        {
            values.AsSpan(row * Columns + first, count).CopyTo(slice.AsSpan(row * count));
        }

        return new(slice, rows);
    }
}
