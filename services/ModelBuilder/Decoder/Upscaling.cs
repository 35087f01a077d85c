using Segmentation.ModelBuilder.Graphs;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Reference: <c>MaskDecoder.output_upscaling</c> and the product with the hypernetworks. A transposed convolution of
/// size and stride 2 is a product and a pixel shuffle; the shuffle is done once, on the finished planes.
/// <code>
/// X2 [B,4096,C] -> rows r, columns c of the grid [B r c, C]
///   -> [.., 4 x C/4] + bias (+ high_res_1) -> LayerNorm, GELU -> [.., 4 x C/8] + bias (+ high_res_0) -> GELU
///   -> hypernetworks [B,M,C/8] -> [B, r, c, 2,2, 2,2, M] -> [B, M, 4r, 4c]
/// </code>
/// </summary>
/// <param name="graph">The graph.</param>
/// <param name="shapes">Shapes with the batch.</param>
/// <param name="weights">The decoder's weights.</param>
/// <param name="highRes">The image's high-resolution features, of SAM 2; null for SAM 1.</param>
internal sealed class Upscaling(
    GraphBuilder graph, TokenShapes shapes, PublishedDecoderWeights weights, HighResFeaturesGraph? highRes)
{
    private const float Epsilon = 1e-6f;

    /// <summary>Image tokens [B,4096,C], hypernetworks [B,M,C/8] and the wanted rows and columns [2].</summary>
    public string Make(string image, string hypernetworks, string grid)
    {
        graph.Scope("output_upscaling");
        var cells = graph.MakeSlice(
            graph.MakeReshape(image, -1, PositionalEncoding.Grid, PositionalEncoding.Grid, weights.Width),
            graph.Integers(0, 0), grid, 1, 2);
        var size = graph.MakeShape(cells, 0, 3);
        var (middle, last) = (weights.Upscale0.Bias.Rows, weights.Upscale1.Bias.Rows);
        var features = MakeSum(
            MakeConvolution(weights.Upscale0, graph.MakeReshape(cells, -1, weights.Width)),
            highRes?.MakeSecond(graph, grid, middle),
            middle);
        var activated = graph.MakeGelu(weights.UpscaleNorm.Make(graph, features, Epsilon));
        var pixelSums = MakeSum(
            MakeConvolution(weights.Upscale1, activated), highRes?.MakeFirst(graph, grid, last), last);
        var pixels = graph.MakeReshapeTo(
            graph.MakeGelu(pixelSums),
            graph.MakeConcat(0, graph.MakeShape(cells, 0, 1), graph.Integers(-1, last)));

        // Planes of logits, then the two pixel shuffles at once.
        var logits = graph.MakeReshapeTo(
            graph.MakeMatMulTransposedB(pixels, hypernetworks),
            graph.MakeConcat(0, size, graph.Integers(2, 2, 2, 2), graph.MakeShape(hypernetworks, 1, 2)));
        var planes = graph.MakeTranspose(logits, 0, 7, 1, 3, 5, 2, 4, 6);
        return graph.MakeReshapeTo(planes, graph.MakeConcat(
            0, graph.MakeShape(planes, 0, 2), graph.MakeMul(grid, graph.Integers(4))));
    }

    // Rows [n, in] to [4 n, out]: the four pixels (row, column) of each are rows of their own.
    private string MakeConvolution(LinearGraph convolution, string rows)
    {
        var outputs = convolution.Bias.Rows;
        var weight = convolution.Weight.Transpose(0, 2, 3, 1);
        var product = graph.MakeMatMul(
            rows,
            graph.Weight($"{convolution.Name}.weight", weight.Reshape(weight.Rows, 4 * outputs), axis: 1));
        return graph.MakeAdd(graph.MakeReshape(product, -1, outputs), convolution.MakeBias(graph));
    }

    // Rows [B n, channels] of all prompts, plus the image's rows [1, n, channels] for each prompt.
    private string MakeSum(string rows, string? added, int channels)
    {
        if (added is null)
        {
            return rows;
        }

        var byPrompt = graph.MakeReshapeTo(
            rows, graph.MakeConcat(0, shapes.Batch, graph.Integers(-1, channels)));
        return graph.MakeReshape(graph.MakeAdd(byPrompt, added), -1, channels);
    }
}
