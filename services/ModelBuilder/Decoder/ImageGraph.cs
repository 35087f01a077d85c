using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Onnx;
using DataType = Segmentation.ModelBuilder.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// What depends on the image alone, run once when an image becomes hot.
/// <code>
/// embedding [1,C,64,64] -> E [C,4096]
///   E + no_mask -> transpose            -> image_tokens [4096,C]
///   E + no_mask + P' -> Wk'             -> k0 [8,D,4096]
///   E + no_mask + P' -> Wq', bias       -> q0 [8,D,4096]
///   image_tokens -> Wv -> heads first   -> v0 [8,4096,D]
/// </code>
/// The biases of key and value are not needed: softmax does not see the first, the second passes to the output.
/// </summary>
internal static class ImageGraph
{
    public static ModelProto Build(DecoderWeights weights)
    {
        var graph = new GraphBuilder("image");
        var layer = weights.Layers[0];
        var embedding = graph.Input(
            "embedding", DataType.Float, 1, weights.Width, PositionalEncoding.Grid, PositionalEncoding.Grid);

        graph.Scope("positional_encoding");
        var position = graph.MakeTranspose(PositionalEncoding.MakeGrid(graph, weights), 1, 0);

        graph.Scope("image_tokens");
        var channels = graph.MakeAdd(
            graph.MakeReshape(embedding, weights.Width, PreparedImage.Cells),
            graph.Constant(weights.NoMask.Reshape(weights.Width, 1)));
        var tokens = graph.MakeTranspose(channels, 1, 0);
        var positioned = graph.MakeAdd(channels, position);

        graph.Scope("layers.0/cross_attn_token_to_image");
        var keys = HeadsOf(graph, layer.TokenToImage.Key, positioned);
        var projected = graph.MakeMatMul(tokens, graph.Weight(layer.TokenToImage.Value.Weight, axis: 1));
        var values = graph.MakeTranspose(
            graph.MakeReshape(projected, PreparedImage.Cells, Attention.Heads, layer.TokenToImage.HeadSize), 1, 0, 2);

        graph.Scope("layers.0/cross_attn_image_to_token");
        var queries = graph.MakeAdd(
            HeadsOf(graph, layer.ImageToToken.Query, positioned),
            graph.Constant(layer.ImageToToken.Query.Bias.Reshape(Attention.Heads, layer.ImageToToken.HeadSize, 1)));

        new PreparedImage(tokens, keys, values, queries).Output(graph, weights);
        return graph.Build("What the decoder needs of an image: its tokens and layer 0's keys, values and queries.");
    }

    private static string HeadsOf(GraphBuilder graph, Linear projection, string channels)
    {
        var weight = graph.Weight(projection.Weight.Transpose(1, 0), axis: 0);
        var size = projection.Outputs / Attention.Heads;
        return graph.MakeReshape(graph.MakeMatMul(weight, channels), Attention.Heads, size, PreparedImage.Cells);
    }
}
