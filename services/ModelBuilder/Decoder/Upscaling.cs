using Segmentation.ModelBuilder.Graphs;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Reference: <c>MaskDecoder.output_upscaling</c> and the product with the hypernetworks. A transposed convolution of
/// size and stride 2 is a product and a pixel shuffle; the shuffle is done once, on the finished planes.
/// <code>
/// X2 [B,4096,C] -> rows r, columns c of the grid [B r c, C]
///   -> [.., 4 x C/4] + bias -> LayerNorm, GELU -> [.., 4 x C/8] + bias -> GELU
///   -> hypernetworks [B,M,C/8] -> [B, r, c, 2,2, 2,2, M] -> [B, M, 4r, 4c]
/// </code>
/// </summary>
internal static class Upscaling
{
    private const float Epsilon = 1e-6f;

    /// <summary>Bands of image tokens [B,L,C], hypernetworks [B,M,C/8] and the wanted rows and columns [2].</summary>
    public static string Make(
        GraphBuilder graph, string[] bands, string hypernetworks, string grid, DecoderWeights weights)
    {
        graph.Scope("output_upscaling");
        var rows = graph.MakeSlice(grid, graph.Integers(0), graph.Integers(1), 0);
        var columns = graph.MakeSlice(grid, graph.Integers(1), graph.Integers(2), 0);
        var first = (Weight: MakeWeight(graph, weights.Upscale0), Bias: MakeBias(graph, weights.Upscale0));
        var second = (Weight: MakeWeight(graph, weights.Upscale1), Bias: MakeBias(graph, weights.Upscale1));
        var scale = graph.Constant(weights.UpscaleNorm.Scale);
        var bias = graph.Constant(weights.UpscaleNorm.Bias);
        var masks = graph.MakeShape(hypernetworks, 1, 2);
        var (quarter, eighth) = (weights.Upscale0.Bias.Rows, weights.Upscale1.Bias.Rows);

        return graph.MakeConcat(2, [.. bands.Select((band, i) =>
        {
            // [B,L,C] -> [B,r,c,C]; a band below the wanted rows is empty.
            var left = graph.Make("Max", [graph.MakeSub(rows, graph.Integers(i * ImageBands.Rows)), graph.Integers(0)]);
            var wanted = graph.MakeSlice(
                graph.MakeReshape(band, -1, ImageBands.Rows, PositionalEncoding.Grid, weights.Width),
                graph.Integers(0, 0), graph.MakeConcat(0, left, columns), 1, 2);
            var size = graph.MakeShape(wanted, 0, 3);

            var features = graph.MakeReshape(
                graph.MakeLinear(graph.MakeReshape(wanted, -1, weights.Width), first.Weight, first.Bias), -1, quarter);
            var activated = graph.MakeGelu(graph.MakeLayerNorm(features, scale, bias, Epsilon));
            var pixels = graph.MakeReshapeTo(
                graph.MakeBiasGelu(graph.MakeMatMul(activated, second.Weight), second.Bias),
                graph.MakeConcat(0, graph.MakeShape(wanted, 0, 1), graph.Integers(-1, eighth)));

            // Planes of logits, then the two pixel shuffles at once.
            var cells = graph.MakeReshapeTo(
                graph.MakeMatMulTransposedB(pixels, hypernetworks),
                graph.MakeConcat(0, size, graph.Integers(2, 2, 2, 2), masks));
            var planes = graph.MakeTranspose(cells, 0, 7, 1, 3, 5, 2, 4, 6);
            return graph.MakeReshapeTo(planes, graph.MakeConcat(
                0,
                graph.MakeShape(planes, 0, 2),
                graph.MakeMul(graph.MakeShape(wanted, 1, 3), graph.Integers(4))));
        })]);
    }

    // [in,out,2,2] -> [in, (row,column,out)].
    private static string MakeWeight(GraphBuilder graph, Linear convolution)
    {
        var weight = convolution.Weight.Transpose(0, 2, 3, 1);
        return graph.Weight(weight.Reshape(weight.Rows, 4 * convolution.Bias.Rows), axis: 1);
    }

    private static string MakeBias(GraphBuilder graph, Linear convolution) => graph.Constant(
        Weights.Tensor.ConcatColumns([.. Enumerable.Repeat(convolution.Bias, 4)]));
}
