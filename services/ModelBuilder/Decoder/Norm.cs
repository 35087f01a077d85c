using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>Scale and bias of a LayerNorm, stored under the reference's name.</summary>
internal sealed record Norm(string Name, Tensor Scale, Tensor Bias)
{
    /// <summary>Normalises over the last axis.</summary>
    public string Make(GraphBuilder graph, string value, float epsilon) =>
        graph.MakeLayerNorm(value, MakeScale(graph), MakeBias(graph), epsilon);

    /// <summary>Normalises the sum of two values over the last axis.</summary>
    public string MakeSkip(GraphBuilder graph, string value, string skip, float epsilon) =>
        graph.MakeSkipLayerNorm(value, skip, MakeScale(graph), MakeBias(graph), epsilon);

    private string MakeScale(GraphBuilder graph) => graph.Constant($"{Name}.weight", Scale);

    private string MakeBias(GraphBuilder graph) => graph.Constant($"{Name}.bias", Bias);
}
