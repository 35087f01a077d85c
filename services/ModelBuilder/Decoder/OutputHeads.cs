using Segmentation.ModelBuilder.Graphs;
using DataType = Segmentation.Onnx.TensorProto.Types.DataType;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Reference: the score head and the hypernetworks of <c>MaskDecoder.predict_masks</c>, five MLPs of three layers, one
/// for each of the first five tokens. In SAM 2 the object score token and its head come before them, and scores go
/// through a sigmoid. Some exports lack the object score's head; the graph then has no object scores either.
/// <code>
/// tokens [B T, C] -> scores [B,4], object scores [B,1] and the wanted hypernetwork outputs [B,M,C/8]
/// </code>
/// </summary>
internal static class OutputHeads
{
    public static (string Scores, string? ObjectScores, string Hypernetworks) Make(
        GraphBuilder graph, string tokens, string masks, TokenShapes shapes, PublishedDecoderWeights weights)
    {
        graph.Scope("output_heads");
        var sequence = graph.MakeReshapeTo(tokens, shapes.Sequence);
        var first = weights.IsSam2 ? 1 : 0;
        var outputs = weights.Heads
            .Select((head, token) => MakeMlp(graph, head, MakeToken(graph, sequence, first + token)))
            .ToArray();
        var hypernetworks = graph.MakeConcat(
            1, [.. outputs[1..].Select(output => graph.Make("Unsqueeze", [output, graph.Integers(1)]))]);
        var wanted = graph.MakeGather(hypernetworks, masks, 1);
        if (weights.ObjectScoreHead is not { } head)
        {
            return (outputs[0], null, wanted);
        }

        LinearGraph[] objectScore =
            [.. head.Select((layer, i) => layer with { Name = $"object_score_head.layers.{i}" })];
        var isKnown = head.Any(layer => layer.Weight.Values.Any(value => value != 0));
        return (
            graph.MakeSigmoid(outputs[0]),
            isKnown ? MakeMlp(graph, objectScore, MakeToken(graph, sequence, 0)) : null,
            wanted);
    }

    private static string MakeToken(GraphBuilder graph, string sequence, int token) => graph.MakeGather(
        sequence, graph.Initializer(new() { DataType = (int)DataType.Int64, Int64Data = { token } }), 1);

    private static string MakeMlp(GraphBuilder graph, LinearGraph[] layers, string token)
    {
        var value = token;
        foreach (var layer in layers[..^1])
        {
            value = graph.MakeRelu(layer.Make(graph, value));
        }

        return layers[^1].Make(graph, value);
    }
}
