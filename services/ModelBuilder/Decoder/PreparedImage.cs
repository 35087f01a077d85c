using Segmentation.ModelBuilder.Graphs;
using DataType = Segmentation.ModelBuilder.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// The tensors a hot image keeps, as graph values: image tokens X0 [4096, C], and for layer 0 the keys [8, D, 4096]
/// and values [8, 4096, D] of token-to-image attention and the queries [8, D, 4096] of image-to-token attention.
/// </summary>
internal sealed record PreparedImage(string Tokens, string Keys, string Values, string Queries)
{
    public const int Cells = PositionalEncoding.Grid * PositionalEncoding.Grid;

    public static PreparedImage Input(GraphBuilder graph, DecoderWeights weights)
    {
        var size = weights.Layers[0].TokenToImage.HeadSize;
        return new PreparedImage(
            graph.Input("image_tokens", DataType.Float, Cells, weights.Width),
            graph.Input("k0", DataType.Float, Attention.Heads, size, Cells),
            graph.Input("v0", DataType.Float, Attention.Heads, Cells, size),
            graph.Input("q0", DataType.Float, Attention.Heads, size, Cells));
    }

    public void Output(GraphBuilder graph, DecoderWeights weights, string suffix = "")
    {
        var size = weights.Layers[0].TokenToImage.HeadSize;
        graph.Output(Tokens, "image_tokens" + suffix, DataType.Float, Cells, weights.Width);
        graph.Output(Keys, "k0" + suffix, DataType.Float, Attention.Heads, size, Cells);
        graph.Output(Values, "v0" + suffix, DataType.Float, Attention.Heads, Cells, size);
        graph.Output(Queries, "q0" + suffix, DataType.Float, Attention.Heads, size, Cells);
    }
}
