using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;
using DataType = Segmentation.ModelBuilder.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Reference: the score head and the hypernetworks of <c>MaskDecoder.predict_masks</c>, five three-layer perceptrons
/// over the first five tokens, run as batched products.
/// <code>
/// tokens [B T, C] -> [5,B,C] -> three layers -> [5,B,C/8] -> scores [B,4] and the wanted rows [B,M,C/8]
/// </code>
/// </summary>
internal sealed class OutputHeads
{
    private const int Tokens = 5;
    private readonly GraphBuilder _graph;
    private readonly TokenShapes _shapes;
    private readonly string _masks;

    public OutputHeads(GraphBuilder graph, TokenShapes shapes, string masks)
    {
        (_graph, _shapes) = (graph, shapes);
        graph.Scope("output_heads");
        _masks = graph.MakeAdd(masks, graph.Integers(1));
        Wanted = graph.MakeConcat(0, graph.Integers(0), _masks);
    }

    /// <summary>[1 + M], the score token and the tokens of the wanted masks among the five output tokens.</summary>
    public string Wanted { get; }

    /// <summary>Wanted tokens [B (1 + M), C] to scores [B,4] and hypernetwork outputs [B,M,C/8].</summary>
    public (string Scores, string Hypernetworks) Make(string tokens, DecoderWeights weights)
    {
        _graph.Scope("output_heads");

        // Every head has its own place, so the tokens go back to theirs; the others compute on zeros.
        var numbers = _graph.MakeReshape(_graph.Integers(0, 1, 2, 3, 4), Tokens, 1);
        var places = _graph.MakeCast(_graph.Make("Equal", [numbers, Wanted]), DataType.Float);
        var value = _graph.MakeTranspose(
            _graph.MakeMatMul(places, _graph.MakeReshapeTo(tokens, _shapes.Sequence)), 1, 0, 2);
        for (var layer = 0; layer < 3; layer++)
        {
            var outputs = weights.Heads.Max(head => head[layer].Outputs);
            value = MakeLayer(_graph, value, [.. weights.Heads.Select(head => PadOutputs(head[layer], outputs))]);
            value = layer < 2 ? _graph.MakeRelu(value) : value;
        }

        var scores = _graph.MakeSlice(
            _graph.MakeGather(value, _graph.Integers(0), 0), _graph.Integers(0), _graph.Integers(4), 2);
        return (
            _graph.MakeReshape(scores, -1, 4),
            _graph.MakeTranspose(_graph.MakeGather(value, _masks, 0), 1, 0, 2));
    }

    private static string MakeLayer(GraphBuilder graph, string value, Linear[] linears)
    {
        var (inputs, outputs) = (linears[0].Inputs, linears[0].Outputs);
        var weight = Tensor.Stack([.. linears.Select(linear => linear.Weight.Reshape(1, inputs, outputs))]);
        var bias = Tensor.Stack([.. linears.Select(linear => linear.Bias.Reshape(1, 1, outputs))]);
        return graph.MakeAdd(graph.MakeMatMul(value, graph.Weight(weight, axis: 0)), graph.Constant(bias));
    }

    private static Linear PadOutputs(Linear linear, int outputs)
    {
        if (linear.Outputs == outputs)
        {
            return linear;
        }

        var padding = outputs - linear.Outputs;
        var zeros = new Tensor([linear.Inputs, padding], new float[linear.Inputs * padding]);
        return new Linear(
            Tensor.ConcatColumns(linear.Weight, zeros),
            Tensor.ConcatColumns(linear.Bias, Tensor.Vector(new float[padding])));
    }
}
