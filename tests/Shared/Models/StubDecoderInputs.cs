using static Segmentation.Tests.Shared.StubGraph;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Tests.Shared;

/// <summary>Adds a decoder's inputs to a graph and sums up what they contribute to the logits.</summary>
/// <param name="graph">The graph.</param>
/// <param name="type">Type of all numbers that are not said otherwise.</param>
internal sealed class StubDecoderInputs(StubGraph graph, DataType type = DataType.Float)
{
    private const float ModelSide = 1024;
    private readonly List<string> _planes = [];
    private string? _mask;

    /// <summary>Sum over the points and boxes of each prompt: [prompts], or [batch, prompts].</summary>
    public string Prompt { get; private set; } = "";

    /// <summary>True for points of four dimensions.</summary>
    public bool IsBatched { get; private set; }

    /// <summary>Adds a tensor [1,channels,side,side] of the image.</summary>
    public void AddTensor(string name, int channels, int side, object? batch = null)
    {
        var input = Float(graph.Input(name, type, batch ?? 1, channels, side, side));
        AddPlane(graph.Node("ReduceMean", [input], Wholes("axes", 1)), side);
    }

    /// <summary>Adds SAM-HQ's features [4,1,64,64,channels], of which the first are used.</summary>
    public void AddIntermediate(string name, int channels)
    {
        var input = graph.Input(name, type, 4, 1, 64, 64, channels);
        var first = graph.Node("Gather", [input, graph.Integers(0)], Whole("axis", 0));
        var mean = graph.Node("ReduceMean", [first], Wholes("axes", -1), Whole("keepdims", 0));
        AddPlane(mean, 64);
    }

    /// <summary>Adds points [prompts,N,2] and labels [prompts,N].</summary>
    public void AddPoints(string points, string labels, object prompts, DataType? labelType = null)
    {
        var coordinates = graph.Input(points, type, prompts, "num_points", 2);
        Prompt = SumOf(coordinates, graph.Input(labels, labelType ?? type, prompts, "num_points"), null);
    }

    /// <summary>Adds points [1,prompts,N,2] and labels [1,prompts,N].</summary>
    /// <param name="points">Name of the points.</param>
    /// <param name="labels">Name of the labels.</param>
    /// <param name="labelType">Type of the labels.</param>
    /// <param name="prompts">Dimension of the prompts.</param>
    /// <param name="count">Dimension of a prompt's points.</param>
    /// <param name="size">Height and width of the image, where points are pixels of the image.</param>
    public void AddBatchedPoints(
        string points, string labels, DataType labelType, object prompts, string count, string? size = null)
    {
        IsBatched = true;
        var coordinates = graph.Input(points, type, 1, prompts, count, 2);
        Prompt = SumOf(coordinates, graph.Input(labels, labelType, 1, prompts, count), size);
    }

    /// <summary>Adds boxes [1,N,4], each a prompt of its own; none where there are points only.</summary>
    public void AddBoxes(string name)
    {
        var boxes = graph.Input(name, type, "batch_size", "num_boxes", 4);
        var sum = graph.Node("MatMul", [boxes, Scaled([1, 2, 3, 4], 4, 1)]);
        // One prompt without a box has [1,0,1] here: the sum over the boxes is then 0.
        var total = graph.Node("ReduceSum", [sum, graph.Integers(1, 2)], Whole("keepdims", 0));
        Prompt = graph.Node("Add", [Prompt, total]);
    }

    /// <summary>Adds the logits of an earlier mask and the number that says if it counts.</summary>
    public void AddMask(string mask, string hasMask, object prompts)
    {
        var input = Float(graph.Input(mask, type, prompts, 1, 256, 256));
        // The published graphs multiply so too: more than one value would go along the columns.
        _mask = graph.Node("Mul", [input, Float(graph.Input(hasMask, type, prompts))]);
    }

    /// <summary>Adds height and width of the image, and returns them as 64-bit integers.</summary>
    public string AddSize(string name, DataType sizeType)
    {
        var input = graph.Input(name, sizeType, 2);
        return sizeType == DataType.Int64 ? input : graph.Cast(input, DataType.Int64);
    }

    /// <summary>
    /// Adds up the low-resolution logits, [prompts,tokens,256,256] or [batch,prompts,tokens,256,256].
    /// </summary>
    public string Logits(int[] tokens)
    {
        var axes = IsBatched ? graph.Integers(2, 3, 4) : graph.Integers(1, 2, 3);
        var sum = graph.Node("Unsqueeze", [Prompt, axes]);
        foreach (var plane in _mask is null ? _planes : _planes.Append(_mask))
        {
            sum = graph.Node("Add", [sum, plane]);
        }

        float[] steps = [.. tokens.Select(token => token / 2f)];
        return graph.Node("Add", [sum, graph.Floats(steps, tokens.Length, 1, 1)]);
    }

    /// <summary>Repeats a number a token for every prompt.</summary>
    public string PerToken(float[] values)
    {
        var zero = graph.Node("Mul", [Prompt, graph.Floats([0])]);
        var column = graph.Node("Unsqueeze", [zero, graph.Integers(-1)]);
        return graph.Node("Add", [column, graph.Floats(values, values.Length)]);
    }

    /// <summary>Resizes planes [a,b,rows,columns] to a size of two integers.</summary>
    public static string Resize(StubGraph graph, string planes, string size)
    {
        var outer = graph.Node(
            "Slice", [graph.Node("Shape", [planes]), graph.Integers(0), graph.Integers(2)]);
        var sizes = graph.Node("Concat", [outer, size], Whole("axis", 0));
        return graph.Node("Resize", [planes, "", "", sizes], Text("mode", "linear"));
    }

    private string SumOf(string points, string labels, string? size)
    {
        if (size is not null)
        {
            // Pixels of the image to pixels of the square: x * 1024 / width, y * 1024 / height.
            var heightWidth = graph.Cast(size, DataType.Float);
            var widthHeight = graph.Node("Gather", [heightWidth, graph.Integers(1, 0)]);
            points = graph.Node("Div", [graph.Node("Mul", [points, graph.Floats([ModelSide])]), widthHeight]);
        }

        var place = graph.Node("MatMul", [Float(points), Scaled([1, 2], 2, 1)]);
        var flat = graph.Node("Squeeze", [place, graph.Integers(-1)]);
        var weight = graph.Node("Add", [graph.Cast(labels, DataType.Float), graph.Floats([2])]);
        var terms = graph.Node("Mul", [weight, graph.Node("Add", [flat, graph.Floats([1])])]);
        return graph.Node("ReduceSum", [terms, graph.Integers(-1)], Whole("keepdims", 0));
    }

    private string Scaled(float[] factors, params long[] shape) =>
        graph.Floats([.. factors.Select(factor => factor / ModelSide)], shape);

    private string Float(string value) => type == DataType.Float ? value : graph.Cast(value, DataType.Float);

    // Each cell covers as many logits as it is wide; nearest, without a shift.
    private void AddPlane(string plane, int side)
    {
        var scale = side % 72 == 0 ? 288f / side : 256f / side;
        _planes.Add(graph.Node(
            "Resize",
            [plane, "", graph.Floats([1, 1, scale, scale], 4)],
            Text("mode", "nearest"),
            Text("coordinate_transformation_mode", "asymmetric"),
            Text("nearest_mode", "floor")));
    }
}
