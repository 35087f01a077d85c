using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Onnx;
using Segmentation.ModelBuilder.Weights;
using DataType = Segmentation.ModelBuilder.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Puts a dense mask prompt in the place of no_mask. The last step of the reference's mask_downscaling is a 1x1
/// convolution of 16 channels, so the change of every prepared tensor has rank 16: the image's tensors are corrected
/// by narrow products and its embedding is not needed again.
/// <code>
/// mask_input [1,1,256,256] -> 2x2 patches [16384,4] -> conv, LayerNorm, GELU -> 2x2 patches [4096,16]
///   -> conv, LayerNorm, GELU -> D [4096,16]
/// image_tokens + D W + (b - no_mask)
/// k0 + (D W Wk + (b - no_mask) Wk)'      and q0, v0 alike
/// </code>
/// </summary>
internal static class MaskGraph
{
    private const float Epsilon = 1e-6f;
    private const int Side = 4 * PositionalEncoding.Grid;

    public static ModelProto Build(DecoderWeights weights)
    {
        var graph = new GraphBuilder("mask");
        var image = PreparedImage.Input(graph, weights);
        var mask = graph.Input("mask_input", DataType.Float, 1, 1, Side, Side);
        var dense = MakeDownscaling(graph, mask, weights.MaskDownscaling);

        // Out.Weight [16,C] and this bias take D to the difference between the two dense prompts.
        var change = weights.MaskDownscaling.Out with
        {
            Bias = weights.MaskDownscaling.Out.Bias.Subtract(weights.NoMask),
        };
        graph.Scope("image_tokens");
        var tokens = graph.MakeAdd(
            image.Tokens,
            graph.MakeLinear(dense, graph.Weight(change.Weight, axis: 1), graph.Constant(change.Bias)));

        var layer = weights.Layers[0];
        graph.Scope("layers.0/cross_attn_token_to_image");
        var keys = graph.MakeAdd(image.Keys, ChannelsFirst(graph, dense, Compose(change, layer.TokenToImage.Key)));
        var value = Compose(change, layer.TokenToImage.Value);
        var values = graph.MakeAdd(image.Values, graph.MakeTranspose(
            graph.MakeReshape(
                graph.MakeLinear(dense, graph.Weight(value.Weight, axis: 1), graph.Constant(value.Bias)),
                PreparedImage.Cells, Attention.Heads, layer.TokenToImage.HeadSize),
            1, 0, 2));

        graph.Scope("layers.0/cross_attn_image_to_token");
        var queries = graph.MakeAdd(
            image.Queries, ChannelsFirst(graph, dense, Compose(change, layer.ImageToToken.Query)));

        new PreparedImage(tokens, keys, values, queries).Output(graph, weights, suffix: "_masked");
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
        return MakePatchConvolution(
            graph, graph.MakeReshape(first, PreparedImage.Cells, -1), weights.Conv1, weights.Bias1, weights.Norm1);
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

    private static Linear Compose(Linear change, Linear projection) => new(
        change.Weight.MatMul(projection.Weight),
        change.Bias.Reshape(1, change.Outputs).MatMul(projection.Weight).Reshape(projection.Outputs));

    private static string ChannelsFirst(GraphBuilder graph, string dense, Linear linear)
    {
        var product = graph.MakeMatMulTransposedB(graph.Weight(linear.Weight.Transpose(1, 0), axis: 0), dense);
        var sum = graph.MakeAdd(product, graph.Constant(linear.Bias.Reshape(linear.Outputs, 1)));
        return graph.MakeReshape(sum, Attention.Heads, linear.Outputs / Attention.Heads, PreparedImage.Cells);
    }
}
