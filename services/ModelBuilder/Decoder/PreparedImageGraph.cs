using Segmentation.ModelBuilder.Graphs;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// The tensors of a prepared image as graph values: image tokens X0, and for layer 0 the keys and values of
/// token-to-image attention and the queries of image-to-token attention. All are stored by grid row,
/// [64, channels, 64 columns]: values that the decoder reads together are contiguous.
/// </summary>
internal sealed record PreparedImageGraph(string Tokens, string Keys, string Values, string Queries)
{
    public const int Cells = Grid * Grid;

    private const int Grid = PositionalEncoding.Grid;

    public static PreparedImageGraph Input(GraphBuilder graph, PublishedDecoderWeights weights)
    {
        var inner = weights.Layers[0].TokenToImage.Query.Outputs;
        return new PreparedImageGraph(
            graph.Input("image_tokens", DataType.Float, Grid, weights.Width, Grid),
            graph.Input("k0", DataType.Float, Grid, inner, Grid),
            graph.Input("v0", DataType.Float, Grid, inner, Grid),
            graph.Input("q0", DataType.Float, Grid, inner, Grid));
    }

    public void Output(GraphBuilder graph, PublishedDecoderWeights weights, string suffix = "")
    {
        var inner = weights.Layers[0].TokenToImage.Query.Outputs;
        graph.Output(Tokens, "image_tokens" + suffix, DataType.Float, Grid, weights.Width, Grid);
        graph.Output(Keys, "k0" + suffix, DataType.Float, Grid, inner, Grid);
        graph.Output(Values, "v0" + suffix, DataType.Float, Grid, inner, Grid);
        graph.Output(Queries, "q0" + suffix, DataType.Float, Grid, inner, Grid);
    }

    /// <summary>Reshapes to tokens [4096, C] and heads [8, D, 4096].</summary>
    public PreparedImageGraph MakeTokensAndHeads(GraphBuilder graph, PublishedDecoderWeights weights)
    {
        var size = weights.Layers[0].TokenToImage.HeadSize;
        string Heads(string rows) =>
            graph.MakeReshape(graph.MakeTranspose(rows, 1, 0, 2), Attention.Heads, size, Cells);
        return new PreparedImageGraph(
            graph.MakeReshape(graph.MakeTranspose(Tokens, 0, 2, 1), Cells, weights.Width),
            Heads(Keys),
            Heads(Values),
            Heads(Queries));
    }
}
