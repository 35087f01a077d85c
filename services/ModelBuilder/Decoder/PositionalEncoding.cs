using Segmentation.ModelBuilder.Graphs;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// The reference's <c>PositionEmbeddingRandom</c>: sine and cosine of 2 pi times (x, y) in [-1, 1] times random
/// frequencies.
/// </summary>
internal static class PositionalEncoding
{
    /// <summary>Side of the grid of image tokens.</summary>
    public const int Grid = 64;

    /// <summary>Side of the model's input square, in pixels.</summary>
    public const int Side = 1024;

    /// <summary>Coordinates [.., 2] in [-1, 1] to encodings [.., C].</summary>
    public static string Make(GraphBuilder graph, string coordinates, PublishedDecoderWeights weights)
    {
        var angle = graph.MakeMul(
            graph.MakeMatMul(coordinates, graph.Constant("positional_encoding", weights.Frequencies)),
            graph.Scalar((float)(2 * Math.PI)));
        return graph.MakeConcat(-1, graph.MakeSin(angle), graph.MakeCos(angle));
    }

    /// <summary>
    /// [4096, C], the encoding of the centres of the grid's cells, row-major. Every input is a constant, so ONNX
    /// Runtime computes it once, when it loads the graph.
    /// </summary>
    public static string MakeGrid(GraphBuilder graph, PublishedDecoderWeights weights)
    {
        var centres = new float[Grid * Grid * 2];
        for (var cell = 0; cell < Grid * Grid; cell++)
        {
            centres[2 * cell] = Centre(cell % Grid);
            centres[(2 * cell) + 1] = Centre(cell / Grid);
        }

        return Make(graph, graph.Constant(new Weights.Tensor([Grid * Grid, 2], centres)), weights);
    }

    private static float Centre(int index) => ((index + 0.5f) / Grid * 2) - 1;
}
