using Segmentation.ModelBuilder.Graphs;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Weights of a reference <c>Attention</c> block (modeling/transformer.py): C inputs, 8 heads of D dimensions.
/// Nodes with constant inputs, which ONNX Runtime runs once at load, compute the folded forms (docs/model.md).
/// </summary>
internal sealed record Attention(LinearGraph Query, LinearGraph Key, LinearGraph Value, LinearGraph Output)
{
    public const int Heads = 8;

    /// <summary>D, the dimensions of one head.</summary>
    public int HeadSize => Query.Outputs / Heads;

    /// <summary>Factor of the scores, 1/sqrt(D), which the tokens' queries or keys are multiplied by.</summary>
    public float ScoreScale => (float)(1 / Math.Sqrt(HeadSize));

    /// <summary>[8, D, C]: takes head h's query of a token to the channels of the image tokens' keys.</summary>
    public string MakeKeyByHead(GraphBuilder graph) => SplitColumns(graph, Key);

    /// <summary>[8, D, C]: takes head h's key of a token to the channels of the image tokens' queries.</summary>
    public string MakeQueryByHead(GraphBuilder graph) => SplitColumns(graph, Query);

    /// <summary>[8, C, D]: head h's slice of the value projection.</summary>
    public string MakeValueByHead(GraphBuilder graph) => graph.MakeTranspose(
        graph.MakeReshape(Value.MakeWeight(graph), -1, Heads, HeadSize), 1, 0, 2);

    /// <summary>[8, D, C]: head h's slice of the output projection.</summary>
    public string MakeOutputByHead(GraphBuilder graph) =>
        graph.MakeReshape(Output.MakeWeight(graph), Heads, HeadSize, Output.Outputs);

    /// <summary>
    /// Joined heads [n, 8 D] through the output projection. The value's bias is added there: attention weights sum to
    /// one, so that bias passes through them unchanged.
    /// </summary>
    public string MakeOutputWithValueBias(GraphBuilder graph, string joined)
    {
        var weight = Output.MakeWeight(graph);
        var bias = graph.MakeAdd(
            graph.MakeMatMul(Value.MakeBias(graph), weight), Output.MakeBias(graph));
        return graph.MakeLinear(joined, weight, bias);
    }

    private string SplitColumns(GraphBuilder graph, LinearGraph linear) => graph.MakeTranspose(
        graph.MakeReshape(linear.MakeWeight(graph), -1, Heads, HeadSize), 1, 2, 0);
}
