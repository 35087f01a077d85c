using Segmentation.ModelBuilder.Graphs;
using Segmentation.Onnx;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Graph of the tensors that depend on the image alone; runs once an image.
/// <code>
/// embedding [1,C,64,64] + no_mask = E -> rows first -> image_tokens [64,C,64]
///   E + position -> Wk' -> rows first -> k0 [64,8 D,64]
///   E            -> Wv' -> rows first -> v0 [64,8 D,64]
///   E + position -> Wq' + bias -> rows first -> q0 [64,8 D,64]
/// </code>
/// The biases of key and value are not needed: softmax is invariant to the first, the second moves to the output's
/// bias.
/// </summary>
internal static class ImageGraph
{
    private const int Grid = PositionalEncoding.Grid;

    public static ModelProto Build(PublishedDecoderWeights weights)
    {
        var graph = new GraphBuilder("image");
        var layer = weights.Layers[0];
        var embedding = graph.Input("embedding", DataType.Float, 1, weights.Width, Grid, Grid);

        graph.Scope("positional_encoding");
        var position = graph.MakeTranspose(PositionalEncoding.MakeGrid(graph, weights), 1, 0);

        graph.Scope("image_tokens");
        var channels = graph.MakeAdd(
            graph.MakeReshape(embedding, weights.Width, PreparedImageGraph.Cells),
            graph.Constant("no_mask_embedding", weights.NoMask.Reshape(weights.Width, 1)));
        var tokens = MakeRows(graph, channels, weights.Width);
        var positioned = graph.MakeAdd(channels, position);

        graph.Scope("layers.0/cross_attn_token_to_image");
        var keys = MakeProjection(graph, layer.TokenToImage.Key, positioned);
        var values = MakeProjection(graph, layer.TokenToImage.Value, channels);

        graph.Scope("layers.0/cross_attn_image_to_token");
        var query = layer.ImageToToken.Query;
        var queries = graph.MakeAdd(
            MakeProjection(graph, query, positioned),
            graph.Constant($"{query.Name}.bias", query.Bias.Reshape(query.Outputs, 1)));

        new PreparedImageGraph(tokens, keys, values, queries).Output(graph, weights);
        return graph.Build("What the decoder needs of an image: its tokens and layer 0's keys, values and queries.");
    }

    private static string MakeProjection(GraphBuilder graph, LinearGraph projection, string channels) => MakeRows(
        graph,
        graph.MakeMatMul(
            graph.Weight($"{projection.Name}.weight.transposed", projection.Weight.Transpose(1, 0), axis: 0), channels),
        projection.Outputs);

    // [channels, 4096] to [64, channels, 64].
    private static string MakeRows(GraphBuilder graph, string value, int channels) =>
        graph.MakeTranspose(graph.MakeReshape(value, channels, Grid, Grid), 1, 0, 2);
}
