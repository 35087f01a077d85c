using Segmentation.ModelBuilder.Decoder;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.Sam.Tests.Decoding.Cpu.Reference;

/// <summary>A matrix of double, row by row, with the formulas of layers written as they are in papers.</summary>
internal sealed class Rows(double[][] values)
{
    public int Count => values.Length;

    public double[] this[int row] => values[row];

    public static Rows Of(Tensor tensor) => new(
        [.. Enumerable.Range(0, tensor.Rows).Select(row => Array.ConvertAll(
            tensor.Values[(row * tensor.Columns)..((row + 1) * tensor.Columns)], value => (double)value))]);

    public static Rows operator +(Rows a, Rows b) => a.Map((value, row, column) => value + b[row][column]);

    public Rows Map(Func<double, int, int, double> function) => new(
        [.. values.Select((numbers, row) => numbers.Select((value, column) => function(value, row, column)).ToArray())]);

    public Rows Take(IEnumerable<int> rows) => new([.. rows.Select(row => values[row])]);

    public Rows Columns(int first, int count) => new([.. values.Select(row => row[first..(first + count)])]);

    public static Rows SideBySide(params Rows[] parts) => new(
        [.. Enumerable.Range(0, parts[0].Count).Select(row => parts.SelectMany(part => part[row]).ToArray())]);

    /// <summary>x W + b.</summary>
    public Rows Through(LinearGraph layer) => new([.. values.Select(row =>
    {
        var result = new double[layer.Outputs];
        for (var output = 0; output < layer.Outputs; output++)
        {
            double sum = layer.Bias.Values[output];
            for (var input = 0; input < row.Length; input++)
            {
                sum += row[input] * layer.Weight.Values[(input * layer.Outputs) + output];
            }

            result[output] = sum;
        }

        return result;
    })]);

    /// <summary>LayerNorm over the columns.</summary>
    public Rows Normalise(Norm norm, double epsilon) => new([.. values.Select(row =>
    {
        var mean = row.Average();
        var deviation = Math.Sqrt(row.Average(value => (value - mean) * (value - mean)) + epsilon);
        return row.Select((value, i) =>
            ((value - mean) / deviation * norm.Scale.Values[i]) + norm.Bias.Values[i]).ToArray();
    })]);

    public Rows Relu() => Map((value, _, _) => Math.Max(value, 0));

    public Rows Gelu() => Map((value, _, _) => Numbers.Gelu(value));

    /// <summary>softmax(q k' / sqrt(D)) v of one head.</summary>
    public static Rows Attend(Rows queries, Rows keys, Rows values) => new([.. Enumerable.Range(0, queries.Count).Select(i =>
    {
        var query = queries[i];
        var scores = Enumerable.Range(0, keys.Count)
            .Select(j => keys[j].Zip(query, (a, b) => a * b).Sum() / Math.Sqrt(query.Length)).ToArray();
        var largest = scores.Max();
        var powers = Array.ConvertAll(scores, score => Math.Exp(score - largest));
        var sum = powers.Sum();
        var mixed = new double[values[0].Length];
        for (var j = 0; j < powers.Length; j++)
        {
            for (var column = 0; column < mixed.Length; column++)
            {
                mixed[column] += powers[j] / sum * values[j][column];
            }
        }

        return mixed;
    })]);
}
