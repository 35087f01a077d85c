using Segmentation.Onnx;

namespace Segmentation.ModelBuilder.Weights;

/// <summary>
/// Computes nodes whose inputs are constants: those operators that exporters leave between weights and their use.
/// </summary>
internal static class ConstantFolding
{
    /// <summary>
    /// Returns the first output of a node; null if an input is no constant or the operator is another.
    /// </summary>
    public static Tensor? Fold(NodeProto node, Func<string, Tensor?> constant)
    {
        Tensor? Input(int index) =>
            index < node.Input.Count && node.Input[index].Length > 0 ? constant(node.Input[index]) : null;
        return node.OpType switch
        {
            "Constant" => Value(node),
            "Identity" or "Cast" => Input(0),
            "Transpose" => Input(0) is { } tensor ? Transpose(node, tensor) : null,
            "Unsqueeze" or "Squeeze" => Input(0) is { } tensor ? Squeeze(node, tensor, Input(1)) : null,
            "Reshape" => Input(0) is { } tensor && Input(1) is { } shape ? Reshape(tensor, shape) : null,
            "Flatten" => Input(0) is { } tensor ? Flatten(tensor, (int)(Integer(node, "axis") ?? 1)) : null,
            "Concat" => Concat(node, [.. Enumerable.Range(0, node.Input.Count).Select(Input)]),
            "DequantizeLinear" => Input(0) is { } tensor && Input(1) is { } scale
                ? Quantised.Restore(tensor, scale, Input(2), (int)(Integer(node, "axis") ?? 1))
                : null,
            _ => null,
        };
    }

    /// <summary>Returns an integer attribute of a node.</summary>
    public static long? Integer(NodeProto node, string name) => Attribute(node, name)?.I;

    private static AttributeProto? Attribute(NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name);

    private static Tensor? Value(NodeProto node) => node.Attribute switch
    {
        [{ Name: "value", T: { } tensor }] => TensorReader.ReadNumbers(tensor),
        [{ Name: "value_float" } attribute] => new Tensor([], [attribute.F]),
        [{ Name: "value_floats" } attribute] => Tensor.Vector([.. attribute.Floats]),
        [{ Name: "value_int" } attribute] => new Tensor([], [attribute.I]),
        [{ Name: "value_ints" } attribute] => Tensor.Vector([.. attribute.Ints.Select(value => (float)value)]),
        _ => null,
    };

    private static Tensor Transpose(NodeProto node, Tensor tensor)
    {
        var axes = Attribute(node, "perm")?.Ints.Select(axis => (int)axis).ToArray();
        return tensor.Transpose(axes ?? [.. Enumerable.Range(0, tensor.Shape.Length).Reverse()]);
    }

    // The number of values stays; so the axes of size one alone matter.
    private static Tensor? Squeeze(NodeProto node, Tensor tensor, Tensor? input)
    {
        var axes = Attribute(node, "axes")?.Ints.Select(axis => (int)axis).ToArray()
            ?? input?.Values.Select(axis => (int)axis).ToArray();
        var shape = tensor.Shape.ToList();
        if (node.OpType == "Squeeze")
        {
            var removed = axes?.Select(axis => axis < 0 ? axis + shape.Count : axis).ToArray()
                ?? [.. Enumerable.Range(0, shape.Count).Where(axis => shape[axis] == 1)];
            return tensor.Reshape([.. shape.Where((_, axis) => !removed.Contains(axis))]);
        }

        if (axes is null)
        {
            return null;
        }

        var rank = shape.Count + axes.Length;
        foreach (var axis in axes.Select(axis => axis < 0 ? axis + rank : axis).Order())
        {
            shape.Insert(Math.Min(axis, shape.Count), 1);
        }

        return tensor.Reshape([.. shape]);
    }

    private static Tensor? Reshape(Tensor tensor, Tensor wanted)
    {
        var shape = wanted.Values.Select((size, axis) =>
            size != 0 ? (int)size : axis < tensor.Shape.Length ? tensor.Shape[axis] : 0).ToArray();
        var known = shape.Where(size => size > 0).Aggregate(1, (product, size) => product * size);
        shape = Array.ConvertAll(shape, size => size < 0 ? tensor.Values.Length / known : size);
        return shape.Aggregate(1, (product, size) => product * size) == tensor.Values.Length
            ? tensor.Reshape(shape)
            : null;
    }

    private static Tensor Flatten(Tensor tensor, int axis)
    {
        var rows = tensor.Shape[..axis].Aggregate(1, (product, size) => product * size);
        return tensor.Reshape(rows, tensor.Values.Length / rows);
    }

    // Along the first axis, or along the first that is not of size one: as output tokens are joined.
    private static Tensor? Concat(NodeProto node, Tensor?[] parts)
    {
        if (parts.Length == 0 || parts.Any(part => part is null || part.Shape.Length != parts[0]!.Shape.Length))
        {
            return null;
        }

        var first = parts[0]!;
        var axis = (int)(Integer(node, "axis") ?? 0);
        axis = axis < 0 ? axis + first.Shape.Length : axis;
        if (axis >= first.Shape.Length || first.Shape[..axis].Any(size => size != 1))
        {
            return null;
        }

        int[] shape = [.. first.Shape];
        shape[axis] = parts.Sum(part => part!.Shape[axis]);
        float[] values = [.. parts.SelectMany(part => part!.Values)];
        return shape.Aggregate(1, (product, size) => product * size) == values.Length ? new Tensor(shape, values) : null;
    }
}
