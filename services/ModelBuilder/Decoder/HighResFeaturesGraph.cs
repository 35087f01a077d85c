using Segmentation.ModelBuilder.Graphs;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// High-resolution features of a SAM 2 image as graph values; the encoder has applied <c>conv_s0</c> and
/// <c>conv_s1</c>. Reference: <c>feat_s0</c> and <c>feat_s1</c> of <c>MaskDecoder.predict_masks</c>.
/// </summary>
/// <param name="First">[1, C/8, 256, 256], added after the second transposed convolution.</param>
/// <param name="Second">[1, C/4, 128, 128], added after the first transposed convolution.</param>
internal sealed record HighResFeaturesGraph(string First, string Second)
{
    private const int Grid = PositionalEncoding.Grid;

    public static HighResFeaturesGraph Input(GraphBuilder graph, PublishedDecoderWeights weights) => new(
        graph.Input("high_res_0", DataType.Float, 1, weights.Width / 8, 4 * Grid, 4 * Grid),
        graph.Input("high_res_1", DataType.Float, 1, weights.Width / 4, 2 * Grid, 2 * Grid));

    /// <summary>The wanted rows and columns of <see cref="Second"/>, [1, r c 4, C/4]: by cell, then by pixel.</summary>
    public string MakeSecond(GraphBuilder graph, string grid, int channels) => MakeRows(
        graph,
        graph.MakeTranspose(graph.MakeReshape(Second, channels, Grid, 2, Grid, 2), 1, 3, 2, 4, 0),
        grid,
        channels);

    /// <summary>
    /// The wanted rows and columns of <see cref="First"/>, [1, r c 4 4, C/8]: by cell, then by pixel.
    /// </summary>
    public string MakeFirst(GraphBuilder graph, string grid, int channels) => MakeRows(
        graph,
        graph.MakeTranspose(graph.MakeReshape(First, channels, Grid, 2, 2, Grid, 2, 2), 1, 4, 2, 5, 3, 6, 0),
        grid,
        channels);

    private static string MakeRows(GraphBuilder graph, string cells, string grid, int channels) =>
        graph.MakeReshape(graph.MakeSlice(cells, graph.Integers(0, 0), grid, 0, 1), 1, -1, channels);
}
