using Segmentation.ModelBuilder.Graphs;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Attention between T tokens and the image tokens, with the projections of the image side folded into the few tokens.
/// Reference: <c>Attention.forward</c>; the identities are in docs/model.md.
/// </summary>
internal sealed class CrossAttention(GraphBuilder graph, TokenShapes shapes)
{
    /// <summary>Layer 0, tokens attend to the image: tokens [B T, C], k0 and v0 [8,D,4096].</summary>
    public string MakeTokenToPreparedImage(Attention attention, string tokens, string keys, string values)
    {
        // All prompts share the image, so their tokens are rows of one product a head: [8, B T, D].
        var queries = graph.MakeTranspose(
            graph.MakeReshape(MakeQueries(attention, tokens), -1, Attention.Heads, attention.HeadSize), 1, 0, 2);
        var mixed = graph.MakeMatMulTransposedB(graph.MakeSoftmax(graph.MakeMatMul(queries, keys)), values);
        var joined = graph.MakeReshape(graph.MakeTranspose(mixed, 1, 0, 2), -1, attention.Value.Outputs);
        return attention.MakeOutputWithValueBias(graph, joined);
    }

    /// <summary>
    /// Tokens attend to the image, folded: with u = Wk_h q_h the score of image token i is u . (x_i + p_i), and the
    /// image tokens [B,4096,C] are mixed before their values are projected. The key's bias adds the same number to
    /// every score of a token, and softmax is invariant to that.
    /// </summary>
    public string MakeTokenToImage(Attention attention, string tokens, string image, string positioned)
    {
        var queries = graph.MakeReshapeTo(
            graph.MakeMatMul(MakeHeads(attention, MakeQueries(attention, tokens)), attention.MakeKeyByHead(graph)),
            shapes.Rows);
        var mixed = graph.MakeMatMul(graph.MakeSoftmax(graph.MakeMatMulTransposedB(queries, positioned)), image);
        var values = graph.MakeMatMul(
            graph.MakeReshapeTo(mixed, shapes.HeadRows), attention.MakeValueByHead(graph));
        var joined = graph.MakeReshape(graph.MakeTranspose(values, 0, 2, 1, 3), -1, attention.Value.Outputs);
        return attention.MakeOutputWithValueBias(graph, joined);
    }

    /// <summary>
    /// Layer 0, the image attends to the tokens: keys of the tokens, values after the output projection, and prepared
    /// queries [8,D,4096], which hold their bias. Returns [B,4096,C].
    /// </summary>
    public string MakePreparedImageToToken(Attention attention, string positioned, string tokens, string queries)
    {
        // Softmax over the few tokens, which are not the last axis.
        var scores = graph.MakeMatMul(MakeKeys(attention, positioned), queries);
        var shares = graph.Make("Softmax", [scores], Attributes.Of("axis", 2));
        return graph.MakeMatMulTransposedA(
            graph.MakeReshape(shares, 0, -1, PreparedImageGraph.Cells), MakeProjectedValues(attention, tokens));
    }

    /// <summary>
    /// The image attends to the tokens, folded: with w = Wq_h k_h the score of token t for image token i is
    /// (x_i + p_i) . w + bq_h . k_h. Positioned tokens [B T, C], tokens [B T, C] and positioned image tokens [B,4096,C]
    /// to [B,4096,C].
    /// </summary>
    public string MakeImageToToken(Attention attention, string positioned, string tokens, string image)
    {
        var keys = MakeKeys(attention, positioned);
        var folded = graph.MakeReshapeTo(graph.MakeMatMul(keys, attention.MakeQueryByHead(graph)), shapes.Rows);
        var bias = graph.MakeMatMul(
            keys, graph.MakeReshape(attention.Query.MakeBias(graph), Attention.Heads, attention.HeadSize, 1));
        var scores = graph.MakeAdd(
            graph.MakeMatMulTransposedB(image, folded), graph.MakeReshape(bias, 0, 1, -1));
        var shares = graph.MakeSoftmax(graph.MakeReshapeTo(scores, shapes.HeadScores));
        return graph.MakeMatMul(
            graph.MakeReshape(shares, 0, PreparedImageGraph.Cells, -1), MakeProjectedValues(attention, tokens));
    }

    private string MakeQueries(Attention attention, string tokens) =>
        graph.MakeMul(attention.Query.Make(graph, tokens), graph.Scalar(attention.ScoreScale));

    // Keys of the tokens by head, [B, 8, T, D], scaled by 1/sqrt(D).
    private string MakeKeys(Attention attention, string tokens) => MakeHeads(
        attention, graph.MakeMul(attention.Key.Make(graph, tokens), graph.Scalar(attention.ScoreScale)));

    // Values of the tokens after the output projection, [B, 8 T, C].
    private string MakeProjectedValues(Attention attention, string tokens)
    {
        var values = graph.MakeMatMul(
            MakeHeads(attention, attention.Value.Make(graph, tokens)), attention.MakeOutputByHead(graph));

        // An eighth of the output's bias in every row: the shares of each head sum to one.
        var share = graph.MakeMul(attention.Output.MakeBias(graph), graph.Scalar(1f / Attention.Heads));
        return graph.MakeReshapeTo(graph.MakeAdd(values, share), shapes.Rows);
    }

    private string MakeHeads(Attention attention, string projected) => graph.MakeTranspose(
        graph.MakeReshape(graph.MakeReshapeTo(projected, shapes.Projected), 0, 0, Attention.Heads, attention.HeadSize),
        0, 2, 1, 3);
}
