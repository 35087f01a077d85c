namespace Segmentation.Sam.Decoding.Cpu.Layers;

/// <summary>A weight [rows, columns] by which tokens of as many channels are multiplied from the left.</summary>
/// <param name="values">Row-major.</param>
/// <param name="rows">How many rows.</param>
internal sealed class WeightMatrix(float[] values, int rows)
{
    public float[] Values => values;

    public int Columns { get; } = values.Length / rows;

    /// <summary>A weight that is stored the other way round, [columns, rows].</summary>
    public static WeightMatrix Transposed(float[] values, int rows)
    {
        var columns = values.Length / rows;
        return new([.. values.Select((_, i) => values[i % columns * rows + i / columns])], rows);
    }

    /// <summary>Weights beside each other, with columns of zeros up to a multiple.</summary>
    public static WeightMatrix Beside(IReadOnlyList<WeightMatrix> parts, int multiple = 1)
    {
        var columns = (parts.Sum(part => part.Columns) + multiple - 1) / multiple * multiple;
        var rows = parts[0].Values.Length / parts[0].Columns;
        var together = new float[rows * columns];
        var first = 0;
        foreach (var part in parts)
        {
            for (var row = 0; row < rows; row++)
            {
                part.Values.AsSpan(row * part.Columns, part.Columns).CopyTo(together.AsSpan(row * columns + first));
            }

            first += part.Columns;
        }

        return new(together, rows);
    }

    /// <summary>Each part of its columns with zeros up to a multiple.</summary>
    public WeightMatrix PadParts(int parts, int multiple)
    {
        var size = Columns / parts;
        return Beside([.. Enumerable.Range(0, parts).Select(part => Beside([Part(part * size, size)], multiple))]);
    }

    /// <summary>Each row times its own factor.</summary>
    public WeightMatrix Scale(float[] by) => new([.. values.Select((value, i) => value * by[i / Columns])], rows);

    public WeightMatrix Times(float factor) => new([.. values.Select(value => value * factor)], rows);

    /// <summary>For tokens of which their mean has not been taken away, though it should.</summary>
    public WeightMatrix Centre()
    {
        var means = Multiply([.. Enumerable.Repeat(1f / rows, rows)]);
        return new([.. values.Select((value, i) => value - means[i % Columns])], rows);
    }

    /// <summary>A token times it.</summary>
    public float[] Multiply(float[] token)
    {
        var sums = new double[Columns];
        for (var i = 0; i < values.Length; i++)
        {
            sums[i % Columns] += (double)token[i / Columns] * values[i];
        }

        return Array.ConvertAll(sums, sum => (float)sum);
    }

    private WeightMatrix Part(int first, int count) =>
        new([.. Enumerable.Range(0, rows).SelectMany(row => values.AsSpan(row * Columns + first, count).ToArray())], rows);
}
