using Segmentation.ModelBuilder.Graphs;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Reference: <c>SamOnnxModel._embed_points</c> and the head of <c>MaskDecoder.predict_masks</c>.
/// <code>
/// point_coords [B,N,2] + 0.5 -> [-1,1] -> encoding [B,N,C], zero for label -1
///   + embedding of the label -> joined behind the output tokens [5,C] or, of SAM 2, [6,C] -> [B T, C]
/// </code>
/// </summary>
internal static class PromptTokens
{
    public static string Make(
        GraphBuilder graph, string coordinates, string labels, TokenShapes shapes, PublishedDecoderWeights weights)
    {
        graph.Scope("prompt_encoder");
        const float Scale = 2f / PositionalEncoding.Side;
        var centred = graph.MakeAdd(
            graph.MakeMul(coordinates, graph.Scalar(Scale)), graph.Scalar((0.5f * Scale) - 1));
        var encoding = PositionalEncoding.Make(graph, centred, weights);

        // A label is -1 (padding), 0, 1, 2 or 3; the padding point has no position.
        var index = graph.MakeCast(graph.MakeAdd(labels, graph.Scalar(1)), DataType.Int64);
        var placed = graph.MakeCast(graph.MakeCast(index, DataType.Bool), DataType.Float);
        var points = graph.MakeAdd(
            graph.MakeMul(encoding, graph.Make("Unsqueeze", [placed, graph.Integers(-1)])),
            graph.MakeGather(graph.Constant("point_embeddings", weights.PointEmbeddings), index, 0));

        var output = graph.MakeExpand(
            graph.MakeReshape(
                graph.Constant("output_tokens", weights.OutputTokens), 1, weights.OutputTokens.Rows, weights.Width),
            graph.MakeConcat(0, shapes.Batch, graph.Integers(1, 1)));
        return graph.MakeReshape(graph.MakeConcat(1, output, points), -1, weights.Width);
    }
}
