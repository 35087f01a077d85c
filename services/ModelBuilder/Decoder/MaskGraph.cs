using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;
using Segmentation.Onnx;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Replaces no_mask by a dense mask prompt. The last step of the reference's mask_downscaling is a 1x1
/// convolution of 16 channels, so the change of every prepared tensor has rank 16: the image's tensors are corrected
/// by products of that rank, and its embedding is not needed again.
/// <code>
/// mask_input [1,1,256,256] -> 2x2 patches [16384,4] -> conv, LayerNorm, GELU -> 2x2 patches [4096,16]
///   -> conv, LayerNorm, GELU -> D [64,16,64] by grid row
/// image_tokens + W' D + (b - no_mask)
/// k0 + (W Wk)' D + (b - no_mask) Wk      and q0, v0 alike
/// </code>
/// </summary>
internal static class MaskGraph
{
    private const float Epsilon = 1e-6f;
    private const int Side = 4 * PositionalEncoding.Grid;

    public static ModelProto Build(PublishedDecoderWeights weights)
    {
        var graph = new GraphBuilder("mask");
        var image = PreparedImageGraph.Input(graph, weights);
        var mask = graph.Input("mask_input", DataType.Float, 1, 1, Side, Side);
        var dense = MakeDownscaling(graph, mask, weights.MaskDownscaling);

        // Out.Weight [16,C] and this bias take D to the difference between the two dense prompts.
        var change = weights.MaskDownscaling.Out with
        {
            Bias = weights.MaskDownscaling.Out.Bias.Subtract(weights.NoMask),
        };
        var layer = weights.Layers[0];
        graph.Scope("image_tokens");
        var tokens = MakeChange(graph, image.Tokens, dense, change);
        graph.Scope("layers.0/cross_attn_token_to_image");
        var keys = MakeChange(graph, image.Keys, dense, Compose(change, layer.TokenToImage.Key));
        var values = MakeChange(graph, image.Values, dense, Compose(change, layer.TokenToImage.Value));
        graph.Scope("layers.0/cross_attn_image_to_token");
        var queries = MakeChange(graph, image.Queries, dense, Compose(change, layer.ImageToToken.Query));

        new PreparedImageGraph(tokens, keys, values, queries).Output(graph, weights, suffix: "_masked");
        return graph.Build("Replaces the absent mask in an image's prepared tensors by a mask prompt.");
    }

    // Reference: PromptEncoder.mask_downscaling. A convolution whose stride is its size is a product with patches.
    private static string MakeDownscaling(GraphBuilder graph, string mask, MaskDownscaling weights)
    {
        graph.Scope("mask_downscaling");
        const int Grid = PositionalEncoding.Grid;
        var patches = graph.MakeReshape(
            graph.MakeTranspose(graph.MakeReshape(mask, Grid, 2, 2, Grid, 2, 2), 0, 3, 1, 4, 2, 5), -1, 4);
        var first = MakePatchConvolution(graph, patches, weights.Conv0, weights.Bias0, weights.Norm0);
        var dense = MakePatchConvolution(
            graph, graph.MakeReshape(first, PreparedImageGraph.Cells, -1), weights.Conv1, weights.Bias1, weights.Norm1);
        return graph.MakeTranspose(graph.MakeReshape(dense, Grid, Grid, -1), 0, 2, 1);
    }

    private static string MakePatchConvolution(
        GraphBuilder graph, string patches, Tensor kernel, Tensor bias, Norm norm)
    {
        // [out,in,2,2] -> [(row,column,in), out], the order in which a patch lies in memory.
        var weight = kernel.Transpose(2, 3, 1, 0).Reshape(kernel.Values.Length / kernel.Rows, kernel.Rows);
        var product = graph.MakeLinear(patches, graph.Constant(weight), graph.Constant(bias));
        return graph.MakeGelu(
            graph.MakeLayerNorm(product, graph.Constant(norm.Scale), graph.Constant(norm.Bias), Epsilon));
    }

    private static LinearGraph Compose(LinearGraph change, LinearGraph projection) => new(
        projection.Name,
        change.Weight.MatMul(projection.Weight),
        change.Bias.Reshape(1, change.Outputs).MatMul(projection.Weight).Reshape(projection.Outputs));

    // [64,channels,64] plus weight' [channels,16] times D [64,16,64], plus the bias.
    private static string MakeChange(GraphBuilder graph, string value, string dense, LinearGraph linear)
    {
        var product = graph.MakeMatMul(graph.Weight(linear.Weight.Transpose(1, 0), axis: 0), dense);
        return graph.MakeAdd(
            value, graph.MakeAdd(product, graph.Constant(linear.Bias.Reshape(linear.Outputs, 1))));
    }
}
