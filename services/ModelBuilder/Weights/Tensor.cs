namespace Segmentation.ModelBuilder.Weights;

/// <summary>A dense float32 array, row-major. Products are summed in double and rounded once.</summary>
internal sealed record Tensor(int[] Shape, float[] Values)
{
    public int Rows => Shape[0];

    public int Columns => Shape[^1];

    public static Tensor Vector(params float[] values) => new([values.Length], values);

    public Tensor Reshape(params int[] shape)
    {
        if (shape.Aggregate(1L, (product, size) => product * size) != Values.Length)
        {
            throw new ArgumentException(
                $"[{string.Join(',', Shape)}] does not reshape to [{string.Join(',', shape)}].", nameof(shape));
        }

        return new Tensor(shape, Values);
    }

    public Tensor Scale(double factor) => new(Shape, Array.ConvertAll(Values, value => (float)(value * factor)));

    public Tensor Add(Tensor other) => new(Shape, [.. Values.Zip(other.Values, (a, b) => a + b)]);

    public Tensor Subtract(Tensor other) => Add(other.Scale(-1));

    /// <summary>Reorders the axes: axis i of the result is axis <paramref name="axes"/>[i] of this.</summary>
    public Tensor Transpose(params int[] axes)
    {
        var shape = Array.ConvertAll(axes, axis => Shape[axis]);
        var strides = new int[Shape.Length];
        for (int axis = Shape.Length - 1, stride = 1; axis >= 0; stride *= Shape[axis--])
        {
            strides[axis] = stride;
        }

        var values = new float[Values.Length];
        var index = new int[axes.Length];
        for (var target = 0; target < values.Length; target++)
        {
            var source = 0;
            for (var axis = 0; axis < axes.Length; axis++)
            {
                source += index[axis] * strides[axes[axis]];
            }

            values[target] = Values[source];
            for (var axis = axes.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--)
            {
                index[axis] = 0;
            }
        }

        return new Tensor(shape, values);
    }

    /// <summary>[n,k] times [k,m].</summary>
    public Tensor MatMul(Tensor right)
    {
        var (n, k, m) = (Rows, Columns, right.Columns);
        var values = new float[n * m];
        for (var row = 0; row < n; row++)
        {
            for (var column = 0; column < m; column++)
            {
                var sum = 0.0;
                for (var i = 0; i < k; i++)
                {
                    sum += (double)Values[(row * k) + i] * right.Values[(i * m) + column];
                }

                values[(row * m) + column] = (float)sum;
            }
        }

        return new Tensor([n, m], values);
    }

    /// <summary>Joins along the last axis; all other axes are equal.</summary>
    public static Tensor ConcatColumns(params Tensor[] parts)
    {
        var rows = parts[0].Values.Length / parts[0].Columns;
        var columns = parts.Sum(part => part.Columns);
        var values = new float[rows * columns];
        var offset = 0;
        foreach (var part in parts)
        {
            for (var row = 0; row < rows; row++)
            {
                part.Values.AsSpan(row * part.Columns, part.Columns).CopyTo(values.AsSpan((row * columns) + offset));
            }

            offset += part.Columns;
        }

        return new Tensor([.. parts[0].Shape[..^1], columns], values);
    }

    /// <summary>Joins along the first axis.</summary>
    public static Tensor Stack(params Tensor[] parts) =>
        new([parts.Sum(part => part.Rows), .. parts[0].Shape[1..]], [.. parts.SelectMany(part => part.Values)]);
}
