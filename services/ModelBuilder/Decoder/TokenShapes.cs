using Segmentation.ModelBuilder.Graphs;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>Shapes that contain the free batch size B, each a one-dimensional int64 value.</summary>
/// <param name="Batch">[B].</param>
/// <param name="Sequence">[B, T, C].</param>
/// <param name="Projected">[B, T, 8 D].</param>
/// <param name="Rows">[B, 8 T, C].</param>
/// <param name="HeadRows">[B, 8, T, C].</param>
/// <param name="HeadScores">[B, 4096, 8, T].</param>
internal sealed record TokenShapes(
    string Batch, string Sequence, string Projected, string Rows, string HeadRows, string HeadScores)
{
    public static TokenShapes Make(GraphBuilder graph, string coordinates, PublishedDecoderWeights weights)
    {
        graph.Scope("shapes");
        var batch = graph.MakeShape(coordinates, 0, 1);
        string With(params long[] sizes) => graph.MakeConcat(0, batch, graph.Integers(sizes));
        var sequence = With(-1, weights.Width);
        return new TokenShapes(
            batch,
            sequence,
            With(-1, weights.FinalAttention.Query.Outputs),
            sequence,
            With(Attention.Heads, -1, weights.Width),
            With(PreparedImageGraph.Cells, Attention.Heads, -1));
    }
}
