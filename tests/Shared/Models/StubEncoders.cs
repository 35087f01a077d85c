using static Segmentation.Tests.Shared.StubGraph;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.Tests.Shared;

/// <summary>
/// Encoders with the ports of published ones. Each tensor is a linear function of the normalised picture, averaged over
/// the tensor's cells: <c>embedding[c, y, x] = sum over k of w[c, k] * mean of plane k over the cell + bias[c]</c>,
/// with weights from 0 to 1. So any mistake in scale, order of channels, padding or place shows in every tensor.
/// </summary>
internal static class StubEncoders
{
    private const int Side = 1024;
    private static readonly float[] _mean = [123.675f, 116.28f, 103.53f];
    private static readonly float[] _deviation = [58.395f, 57.12f, 57.375f];

    /// <summary>
    /// SAM 1: [batch,3,1024,1024] normalised, as visheratin's, labelme's, samexporter's without a flag.
    /// </summary>
    public static StubGraph Normalised(string input = "x", object? batch = null, DataType type = DataType.Float)
    {
        var graph = new StubGraph();
        var pixels = graph.Input(input, type, batch ?? 1, 3, Side, Side);
        Embedding(graph, type == DataType.Float ? pixels : graph.Cast(pixels, DataType.Float), "image_embeddings", type);
        return graph;
    }

    /// <summary>SAM 1 by samexporter: [h,w,3] from 0 to 255, normalised and padded in the graph.</summary>
    public static StubGraph RowsColumnsChannels()
    {
        var graph = new StubGraph();
        var pixels = graph.Input("input_image", DataType.Float, "h", "w", 3);
        Embedding(graph, NormaliseRows(graph, pixels), "image_embeddings");
        return graph;
    }

    /// <summary>
    /// SAM 1 by cpp-wrapper and RectLabel: bytes [1,3,rows,columns], normalised and padded in the graph.
    /// </summary>
    public static StubGraph Bytes(object rows, object columns)
    {
        var graph = new StubGraph();
        var pixels = graph.Input("input", DataType.Uint8, 1, 3, rows, columns);
        var normal = Normal(graph, graph.Cast(pixels, DataType.Float), [1, 3, 1, 1]);
        Embedding(graph, Pad(graph, normal), "output");
        return graph;
    }

    /// <summary>SAM 1 after dynamic quantisation: a convolution of integers.</summary>
    /// <param name="isSigned">True for weights with a sign, which ONNX Runtime's CPU provider does not take.</param>
    public static StubGraph Quantised(bool isSigned)
    {
        var graph = new StubGraph();
        var pixels = graph.Input("x", DataType.Float, 1, 3, Side, Side);
        var quantised = graph.Nodes("DynamicQuantizeLinear", [Pool(graph, pixels, 16)], 3);
        byte[] weights = [.. Enumerable.Range(0, 256 * 3).Select(i => (byte)(i * 37 % 128))];
        var type = isSigned ? DataType.Int8 : DataType.Uint8;
        var sums = graph.Node("ConvInteger",
        [
            quantised[0], graph.Bytes(type, weights, 256, 3, 1, 1), quantised[2], graph.Bytes(type, [0]),
        ]);
        var scale = graph.Node("Mul", [quantised[1], graph.Floats([1 / 128f])]);
        Describe(graph, graph.Node("Mul", [graph.Cast(sums, DataType.Float), scale]), "image_embeddings");
        return graph;
    }

    /// <summary>SAM 1 of Hugging Face: a second output that is the same for all pictures.</summary>
    /// <param name="positions">
    /// Positional encoding of the grid, [256,64,64]; null for the same numbers in all cells.
    /// </param>
    public static StubGraph HuggingFaceSam1(float[]? positions = null)
    {
        var graph = new StubGraph();
        var pixels = graph.Input("pixel_values", DataType.Float, "batch_size", 3, Side, Side);
        Embedding(graph, pixels, "image_embeddings");
        graph.Output(
            positions is null
                ? graph.Node("Expand", [graph.Weights(1, 256, 1, 1), graph.Integers(1, 256, 64, 64)])
                : graph.Node("Identity", [graph.Floats(positions, 1, 256, 64, 64)]),
            "image_positional_embeddings", DataType.Float, "batch_size", 256, 64, 64);
        return graph;
    }

    /// <summary>
    /// EfficientSAM: [batch,3,height,width] from 0 to 1, any size, stretched and normalised in the graph.
    /// </summary>
    public static StubGraph EfficientSam()
    {
        var graph = new StubGraph();
        var pixels = graph.Input("batched_images", DataType.Float, "batch", 3, "height", "width");
        var sizes = graph.Node(
            "Concat", [Dimensions(graph, pixels, 0, 2), graph.Integers(Side, Side)], Whole("axis", 0));
        var stretched = graph.Node("Resize", [pixels, "", "", sizes], Text("mode", "linear"));
        var bytes = graph.Node("Mul", [stretched, graph.Floats([255])]);
        Embedding(graph, Normal(graph, bytes, [1, 3, 1, 1]), "image_embeddings");
        return graph;
    }

    /// <summary>SAM-HQ: [h,w,3] as samexporter's, and features of the four global blocks.</summary>
    /// <param name="channels">768, 1024 or 1280.</param>
    /// <param name="isStacked">True for one output [4,1,64,64,channels], false for four [1,64,64,channels].</param>
    public static StubGraph SamHq(int channels, bool isStacked)
    {
        var graph = new StubGraph();
        var pixels = graph.Input("input_image", DataType.Float, "h", "w", 3);
        var normal = NormaliseRows(graph, pixels);
        Embedding(graph, normal, "image_embeddings");
        string[] blocks = [.. Enumerable.Range(0, 4).Select(_ => graph.Node(
            "Transpose", [Project(graph, normal, 16, channels)], Wholes("perm", 0, 2, 3, 1)))];
        if (isStacked)
        {
            string[] parts = [.. blocks.Select(one => graph.Node("Unsqueeze", [one, graph.Integers(0)]))];
            graph.Output(
                graph.Node("Concat", parts, Whole("axis", 0)), "interm_embeddings", DataType.Float, 4, 1, 64, 64, channels);
            return graph;
        }

        for (var i = 0; i < blocks.Length; i++)
        {
            graph.Output(blocks[i], $"interm_embeddings_{i + 1}", DataType.Float, 1, 64, 64, channels);
        }

        return graph;
    }

    /// <summary>
    /// SAM 2: [batch,3,1024,1024] normalised; three tensors whose sizes are free in the file, as torch writes.
    /// </summary>
    /// <param name="input">Name of the input.</param>
    /// <param name="embedding">Name of the embedding.</param>
    /// <param name="high0">Name of the tensor [32,256,256].</param>
    /// <param name="high1">Name of the tensor [64,128,128].</param>
    /// <param name="batch">First dimension of the input.</param>
    /// <param name="side">Side of the square: 1024, or 1008 for the tracker of SAM 3.</param>
    public static StubGraph Sam2(
        string input, string embedding, string high0, string high1, object? batch = null, int side = Side)
    {
        var graph = new StubGraph();
        var pixels = graph.Input(input, DataType.Float, batch ?? 1, 3, side, side);
        var cell = side == Side ? 16 : 14;
        Output(graph, Project(graph, pixels, cell / 4, 32), high0);
        Output(graph, Project(graph, pixels, cell / 2, 64), high1);
        Output(graph, Project(graph, pixels, cell, 256), embedding);
        return graph;
    }

    private static void Embedding(StubGraph graph, string planes, string name, DataType type = DataType.Float) =>
        Describe(graph, Project(graph, planes, 16, 256), name, type);

    private static void Describe(StubGraph graph, string value, string name, DataType type = DataType.Float) =>
        graph.Output(
            type == DataType.Float ? value : graph.Cast(value, type),
            name, type, $"Add{name}_dim_0", 256, $"Add{name}_dim_2", $"Add{name}_dim_3");

    private static void Output(StubGraph graph, string value, string name) => graph.Output(
        value, name, DataType.Float,
        $"Reshape{name}_dim_0", $"Reshape{name}_dim_1", $"Reshape{name}_dim_2", $"Reshape{name}_dim_3");

    private static string Project(StubGraph graph, string planes, int cell, int channels) => graph.Node(
        "Conv", [Pool(graph, planes, cell), graph.Weights(channels, 3, 1, 1), graph.Weights(channels)]);

    private static string Pool(StubGraph graph, string planes, int cell) => graph.Node(
        "AveragePool", [planes], Wholes("kernel_shape", cell, cell), Wholes("strides", cell, cell));

    private static string NormaliseRows(StubGraph graph, string pixels)
    {
        var planes = graph.Node("Transpose", [Normal(graph, pixels, [3])], Wholes("perm", 2, 0, 1));
        return Pad(graph, graph.Node("Unsqueeze", [planes, graph.Integers(0)]));
    }

    private static string Normal(StubGraph graph, string pixels, long[] shape) => graph.Node(
        "Div",
        [graph.Node("Sub", [pixels, graph.Floats(_mean, shape)]), graph.Floats(_deviation, shape)]);

    // Zeros to the right and below, up to the square.
    private static string Pad(StubGraph graph, string planes)
    {
        var missing = graph.Node("Sub", [graph.Integers(Side, Side), Dimensions(graph, planes, 2, 4)]);
        var pads = graph.Node("Concat", [graph.Integers(0, 0, 0, 0, 0, 0), missing], Whole("axis", 0));
        // ONNX Runtime merges a Pad into the pooling behind, which cannot pad that much: a Neg stands between them.
        return graph.Node("Neg", [graph.Node("Pad", [graph.Node("Neg", [planes]), pads])]);
    }

    private static string Dimensions(StubGraph graph, string value, int first, int end) => graph.Node(
        "Slice", [graph.Node("Shape", [value]), graph.Integers(first), graph.Integers(end)]);
}
