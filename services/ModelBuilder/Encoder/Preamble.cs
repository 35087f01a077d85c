using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Encoder;

/// <summary>
/// Reference: <c>Sam.preprocess</c>. Interleaved RGB bytes, the image in the top-left corner of the square, to the
/// normalised planes of the published encoder; pixels outside of the image become zero after normalisation. Uses only
/// operators whose definition is the same in every operator set since 11.
/// <code>
/// pixels uint8 [B,1024,1024,3] -> planes [B,3,1024,1024] -> (x - mean) / deviation -> times inside [B,1,1024,1024]
/// sizes int64 [B,2] -> rows [B,1,1024,1] and columns [B,1,1,1024] inside
/// </code>
/// </summary>
internal static class Preamble
{
    private const int Side = 1024;
    private static readonly float[] _mean = [123.675f, 116.28f, 103.53f];
    private static readonly float[] _deviation = [58.395f, 57.12f, 57.375f];

    public static string Make(GraphBuilder graph)
    {
        var pixels = graph.Input("pixels", DataType.Uint8, "batch", Side, Side, 3);
        var sizes = graph.Input("sizes", DataType.Int64, "batch", 2);
        graph.Scope("preprocess");
        var planes = graph.MakeCast(graph.MakeTranspose(pixels, 0, 3, 1, 2), DataType.Float);
        var normal = graph.MakeMul(
            graph.MakeSub(planes, graph.Constant(PerPlane(_mean))),
            graph.Constant(PerPlane(Array.ConvertAll(_deviation, value => 1 / value))));
        var rows = MakeInside(graph, sizes, 0, [Side, 1]);
        var columns = MakeInside(graph, sizes, 1, [1, Side]);
        return graph.MakeMul(normal, graph.MakeMul(rows, columns));
    }

    // One where the index lies inside the image, shaped [B,1,..] to broadcast over the planes.
    private static string MakeInside(GraphBuilder graph, string sizes, int axis, long[] shape)
    {
        var limit = graph.MakeReshape(graph.MakeGather(sizes, graph.Integers(axis), 1), -1, 1, 1, 1);
        var indices = graph.Integers([.. Enumerable.Range(0, Side).Select(i => (long)i)]);
        var index = graph.MakeReshape(indices, [1, 1, .. shape]);
        return graph.MakeCast(graph.Make("Less", [index, limit]), DataType.Float);
    }

    private static Tensor PerPlane(float[] values) => new([1, 3, 1, 1], values);
}
