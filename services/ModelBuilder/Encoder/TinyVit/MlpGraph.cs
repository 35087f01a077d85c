using Segmentation.ModelBuilder.Graphs;

namespace Segmentation.ModelBuilder.Encoder.TinyVit;

/// <summary>Reference: <c>Mlp</c>. LayerNorm, fc1, GELU, fc2, plus the input.</summary>
internal sealed class MlpGraph(GraphBuilder graph, WindowBlock weights)
{
    private const float Epsilon = 1e-5f;
    private readonly string _scale = graph.Constant(weights.PerceptronNorm.Scale);
    private readonly string _bias = graph.Constant(weights.PerceptronNorm.Bias);
    private readonly string _widen = graph.Weight(weights.Lin1.Weight, axis: 1);
    private readonly string _widenBias = graph.Constant(weights.Lin1.Bias);
    private readonly string _narrow = graph.Weight(weights.Lin2.Weight, axis: 1);
    private readonly string _narrowBias = graph.Constant(weights.Lin2.Bias);

    /// <summary>A band [B, r, S, C] plus its perceptron.</summary>
    public string Make(string band)
    {
        var normal = graph.MakeLayerNorm(band, _scale, _bias, Epsilon);
        var hidden = graph.MakeBiasGelu(graph.MakeMatMul(normal, _widen), _widenBias);
        return graph.MakeAdd(graph.MakeAdd(graph.MakeMatMul(hidden, _narrow), _narrowBias), band);
    }
}
