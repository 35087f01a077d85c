using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Encoder.TinyVit;

/// <summary>
/// Reference: the neck of the image encoder. 1x1 convolution, LayerNorm2d, 3x3 convolution, LayerNorm2d; the norms run
/// on tokens, where the channels lie together.
/// </summary>
internal sealed class NeckGraph(GraphBuilder graph, PublishedWeights model)
{
    private const float Epsilon = 1e-6f;

    /// <summary>Tokens [B,64,64,C] to the embedding [B,256,64,64].</summary>
    public string Make(TokenGrid tokens)
    {
        graph.Scope("neck");
        var first = new Convolution(model, "/neck/neck.0/Conv");
        var value = MakeNorm(graph.MakeMatMul(tokens.Value, graph.Weight(first.AsMatrix, axis: 1)), "/neck/neck.1");
        value = new Convolution(model, "/neck/neck.2/Conv").Make(graph, graph.MakeTranspose(value, 0, 3, 1, 2));
        return graph.MakeTranspose(MakeNorm(graph.MakeTranspose(value, 0, 2, 3, 1), "/neck/neck.3"), 0, 3, 1, 2);
    }

    private string MakeNorm(string value, string block)
    {
        var scale = model.ConstantInput(model.Node($"{block}/Mul"));
        var bias = model.ConstantInput(model.Node($"{block}/Add_1"));
        return graph.MakeLayerNorm(
            value,
            graph.Constant(scale.Reshape(scale.Values.Length)),
            graph.Constant(bias.Reshape(bias.Values.Length)),
            Epsilon);
    }
}
