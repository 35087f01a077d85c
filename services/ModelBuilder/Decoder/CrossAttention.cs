using Segmentation.ModelBuilder.Graphs;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Attention between T tokens and the image tokens, with the projections of the image side folded into the few tokens.
/// Reference: <c>Attention.forward</c>; the identities are in docs/model.md. A band is one of the
/// <see cref="ImageBands"/>, L image tokens.
/// </summary>
internal sealed class CrossAttention(GraphBuilder graph, TokenShapes shapes)
{
    /// <summary>Layer 0, tokens attend to the image: tokens [B T, C], k0 [8,D,4096], v0 [8,4096,D].</summary>
    public string MakeTokenToPreparedImage(Attention attention, string tokens, string keys, string values)
    {
        // All prompts share the image, so their tokens are rows of one product a head: [8, B T, D].
        var projected = MakeLinear(attention.Query.Scale(attention.ScoreScale), tokens);
        var queries = graph.MakeTranspose(
            graph.MakeReshape(projected, -1, Attention.Heads, attention.HeadSize), 1, 0, 2);
        var mixed = graph.MakeMatMul(graph.MakeSoftmax(graph.MakeMatMul(queries, keys)), values);
        var joined = graph.MakeReshape(graph.MakeTranspose(mixed, 1, 0, 2), -1, attention.Value.Outputs);
        return MakeLinear(attention.OutputWithValueBias, joined);
    }

    /// <summary>
    /// Folded queries [B, 8 T, C]: with u = Wk_h q_h the score of image token i is u . (x_i + p_i). The key's bias adds
    /// the same to every score of a token, which softmax does not see.
    /// </summary>
    public string MakeFoldedQueries(Attention attention, string tokens) => graph.MakeReshapeTo(
        graph.MakeMatMul(
            MakeHeads(attention.Query.Scale(attention.ScoreScale), tokens),
            graph.Weight(attention.KeyByHead, axis: 0)),
        shapes.Rows);

    /// <summary>
    /// What one band contributes to the attention of folded queries, [B, 8 T, C + 2]: its image tokens mixed with
    /// weights exp(score - m), the sum of the weights, and m, the band's largest score.
    /// </summary>
    public string MakeBandAttention(string queries, string positioned, string band)
    {
        var scores = graph.MakeMatMulTransposedB(queries, positioned);
        var largest = graph.MakeReduceMax(scores, -1);
        var weights = graph.MakeExp(graph.MakeSub(scores, largest));
        return graph.MakeConcat(-1, graph.MakeMatMul(weights, band), graph.MakeReduceSum(weights, -1), largest);
    }

    /// <summary>
    /// Joins the bands' contributions into the attention of the folded queries, and only then projects the values: the
    /// weights sum to one. Returns [B T, C].
    /// </summary>
    public string MakeTokenToImage(Attention attention, IReadOnlyList<string> contributions)
    {
        var width = attention.Value.Inputs;
        var bands = graph.MakeConcat(
            0, [.. contributions.Select(part => graph.Make("Unsqueeze", [part, graph.Integers(0)]))]);
        var sums = graph.MakeSlice(bands, graph.Integers(0), graph.Integers(width + 1), -1);
        var largest = graph.MakeSlice(bands, graph.Integers(width + 1), graph.Integers(width + 2), -1);
        var correction = graph.MakeExp(graph.MakeSub(largest, graph.MakeReduceMax(largest, 0)));
        var total = graph.Make(
            "ReduceSum", [graph.MakeMul(sums, correction), graph.Integers(0)], Attributes.Of("keepdims", 0));
        var mixed = graph.MakeDiv(
            graph.MakeSlice(total, graph.Integers(0), graph.Integers(width), -1),
            graph.MakeSlice(total, graph.Integers(width), graph.Integers(width + 1), -1));

        var values = graph.MakeMatMul(
            graph.MakeReshapeTo(mixed, shapes.HeadRows), graph.Weight(attention.ValueByHead, axis: 0));
        var joined = graph.MakeReshape(graph.MakeTranspose(values, 0, 2, 1, 3), -1, attention.Value.Outputs);
        return MakeLinear(attention.OutputWithValueBias, joined);
    }

    /// <summary>Keys of the tokens by head, [B, 8, T, D], scaled for the scores of the image's queries.</summary>
    public string MakeKeys(Attention attention, string tokens) =>
        MakeHeads(attention.Key.Scale(attention.ScoreScale), tokens);

    /// <summary>
    /// Folded keys [B, 8 T, C] and the bias [B, 1, 8 T] of their scores: with w = Wq_h k_h the score of token t for
    /// image token i is (x_i + p_i) . w + bq_h . k_h.
    /// </summary>
    public (string Keys, string Bias) MakeFoldedKeys(Attention attention, string tokens)
    {
        var keys = MakeKeys(attention, tokens);
        var folded = graph.MakeReshapeTo(
            graph.MakeMatMul(keys, graph.Weight(attention.QueryByHead, axis: 0)), shapes.Rows);
        var bias = graph.MakeMatMul(
            keys, graph.Constant(attention.Query.Bias.Reshape(Attention.Heads, attention.HeadSize, 1)));
        return (folded, graph.MakeReshape(bias, 0, 1, -1));
    }

    /// <summary>Values of the tokens behind the output projection, [B, 8 T, C].</summary>
    public string MakeProjectedValues(Attention attention, string tokens)
    {
        var values = graph.MakeMatMul(
            MakeHeads(attention.Value, tokens), graph.Weight(attention.OutputByHead, axis: 0));

        // An eighth of the output's bias in every row: the shares of each head sum to one.
        var biased = graph.MakeAdd(values, graph.Constant(attention.Output.Bias.Scale(1.0 / Attention.Heads)));
        return graph.MakeReshapeTo(biased, shapes.Rows);
    }

    /// <summary>
    /// Layer 0, the image attends to the tokens: shares [B, 8 T, 4096] of the tokens for every image token, from keys
    /// [B, 8, T, D] and prepared queries [8, D, 4096], which hold their bias.
    /// </summary>
    public string MakePreparedShares(string keys, string queries)
    {
        // Softmax over the few tokens, written so that every step runs along the image tokens.
        var scores = graph.MakeMatMul(keys, queries);
        var powers = graph.MakeExp(graph.MakeSub(scores, graph.MakeReduceMax(scores, 2)));
        var shares = graph.MakeDiv(powers, graph.MakeReduceSum(powers, 2));
        return graph.MakeReshape(shares, 0, -1, PreparedImage.Cells);
    }

    /// <summary>One band of those shares and values [B, 8 T, C] to [B, L, C].</summary>
    public string MakePreparedImageToToken(string shares, string values) => graph.MakeMatMulTransposedA(shares, values);

    /// <summary>One band of the image attends to the tokens, folded: [B, L, C] to [B, L, C].</summary>
    public string MakeImageToToken((string Keys, string Bias) folded, string positioned, string values)
    {
        var scores = graph.MakeAdd(graph.MakeMatMulTransposedB(positioned, folded.Keys), folded.Bias);
        var shares = graph.MakeSoftmax(graph.MakeReshapeTo(scores, shapes.HeadScores));
        return graph.MakeMatMul(graph.MakeReshape(shares, 0, ImageBands.Length, -1), values);
    }

    private string MakeHeads(Linear linear, string tokens) => graph.MakeTranspose(
        graph.MakeReshapeTo(MakeLinear(linear, tokens), shapes.Heads), 0, 2, 1, 3);

    private string MakeLinear(Linear linear, string input) => graph.MakeLinear(
        input, graph.Weight(linear.Weight, axis: 1), graph.Constant(linear.Bias));
}
