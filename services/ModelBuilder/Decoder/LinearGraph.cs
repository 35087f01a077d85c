using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>A linear layer, y = x Weight + Bias, weight [in, out], stored under the reference's name.</summary>
internal sealed record LinearGraph(string Name, Tensor Weight, Tensor Bias)
{
    public int Outputs => Weight.Columns;

    /// <summary>Rows [n, in] to [n, out].</summary>
    public string Make(GraphBuilder graph, string rows) => graph.MakeLinear(rows, MakeWeight(graph), MakeBias(graph));

    /// <summary>The weight as a graph value, added to a graph once.</summary>
    public string MakeWeight(GraphBuilder graph) => graph.Weight($"{Name}.weight", Weight, axis: 1);

    /// <summary>The bias as a graph value.</summary>
    public string MakeBias(GraphBuilder graph) => graph.Constant($"{Name}.bias", Bias);
}
