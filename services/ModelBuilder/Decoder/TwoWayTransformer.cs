using Segmentation.ModelBuilder.Graphs;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Reference: <c>TwoWayTransformer.forward</c>. Tokens are [B T, C] throughout and image tokens [B, 4096, C].
/// </summary>
internal sealed class TwoWayTransformer(
    GraphBuilder graph, DecoderWeights weights, TokenShapes shapes, string prompt, string position)
{
    private const float Epsilon = 1e-5f;
    private readonly CrossAttention _cross = new(graph, shapes);

    /// <summary>The final score and mask tokens [B (1 + M), C] and the bands of final image tokens [B, L, C].</summary>
    public (string Tokens, string[] Bands) Make(PreparedImage image, string wanted)
    {
        var tokens = MakeFirstTokens(weights.Layers[0], image);
        var positions = ImageBands.Make(graph, position, 0);
        var bands = MakeFirstBands(weights.Layers[0], tokens, image);
        var positioned = MakeSums(bands, positions);

        tokens = MakeSecondTokens(weights.Layers[1], tokens, bands, positioned);
        bands = MakeSecondBands(weights.Layers[1], tokens, bands, positioned);
        positioned = MakeSums(bands, positions);

        // The points' own tokens are not read any more, nor are those of masks nobody asked for.
        graph.Scope("final_attn_token_to_image");
        var queries = graph.MakeAdd(tokens, prompt);
        tokens = MakeWanted(tokens, wanted);
        var folded = _cross.MakeFoldedQueries(weights.FinalAttention, MakeWanted(queries, wanted));
        var attended = _cross.MakeTokenToImage(
            weights.FinalAttention,
            [.. bands.Select((band, i) => _cross.MakeBandAttention(folded, positioned[i], band))]);
        return (MakeSkipNorm(attended, tokens, weights.AfterFinalAttention), bands);
    }

    // Reference: TwoWayAttentionBlock, layer 0. The queries are the prompt itself (skip_first_layer_pe), and the keys
    // and values of the image come prepared.
    private string MakeFirstTokens(TwoWayLayer layer, PreparedImage image)
    {
        graph.Scope("layers.0/self_attn");
        var tokens = MakeNorm(MakeSelfAttention(layer.SelfAttention, prompt, prompt), layer.AfterSelfAttention);
        graph.Scope("layers.0/cross_attn_token_to_image");
        var attended = _cross.MakeTokenToPreparedImage(
            layer.TokenToImage, graph.MakeAdd(tokens, prompt), image.Keys, image.Values);
        tokens = MakeSkipNorm(attended, tokens, layer.AfterTokenToImage);
        return MakeMlp(layer, "layers.0/mlp", tokens);
    }

    private string[] MakeFirstBands(TwoWayLayer layer, string tokens, PreparedImage image)
    {
        graph.Scope("layers.0/cross_attn_image_to_token");
        var keys = _cross.MakeKeys(layer.ImageToToken, graph.MakeAdd(tokens, prompt));
        var values = _cross.MakeProjectedValues(layer.ImageToToken, tokens);
        var shares = ImageBands.Make(graph, _cross.MakePreparedShares(keys, image.Queries), 2);
        var bands = ImageBands.Make(graph, image.Tokens, 0);
        return
        [
            .. bands.Select((band, i) => MakeNorm(
                graph.MakeAdd(_cross.MakePreparedImageToToken(shares[i], values), band),
                layer.AfterImageToToken)),
        ];
    }

    // Reference: TwoWayAttentionBlock, layer 1.
    private string MakeSecondTokens(TwoWayLayer layer, string tokens, string[] bands, string[] positioned)
    {
        graph.Scope("layers.1/self_attn");
        var selfAttended = MakeSelfAttention(layer.SelfAttention, graph.MakeAdd(tokens, prompt), tokens);
        tokens = MakeSkipNorm(selfAttended, tokens, layer.AfterSelfAttention);
        graph.Scope("layers.1/cross_attn_token_to_image");
        var folded = _cross.MakeFoldedQueries(layer.TokenToImage, graph.MakeAdd(tokens, prompt));
        var attended = _cross.MakeTokenToImage(
            layer.TokenToImage,
            [.. bands.Select((band, i) => _cross.MakeBandAttention(folded, positioned[i], band))]);
        tokens = MakeSkipNorm(attended, tokens, layer.AfterTokenToImage);
        return MakeMlp(layer, "layers.1/mlp", tokens);
    }

    private string[] MakeSecondBands(TwoWayLayer layer, string tokens, string[] bands, string[] positioned)
    {
        graph.Scope("layers.1/cross_attn_image_to_token");
        var folded = _cross.MakeFoldedKeys(layer.ImageToToken, graph.MakeAdd(tokens, prompt));
        var values = _cross.MakeProjectedValues(layer.ImageToToken, tokens);
        return
        [
            .. bands.Select((band, i) => MakeNorm(
                graph.MakeAdd(_cross.MakeImageToToken(folded, positioned[i], values), band),
                layer.AfterImageToToken)),
        ];
    }

    private string[] MakeSums(string[] bands, string[] positions) =>
        [.. bands.Select((band, i) => graph.MakeAdd(band, positions[i]))];

    private string MakeWanted(string tokens, string wanted) => graph.MakeReshape(
        graph.MakeGather(graph.MakeReshapeTo(tokens, shapes.Sequence), wanted, 1), -1, weights.Width);

    // softmax(q k') v over the T tokens of each prompt, 8 heads of C/8.
    private string MakeSelfAttention(Attention attention, string queriesAndKeys, string values)
    {
        string Heads(Linear linear, string input)
        {
            var sequence = graph.MakeReshapeTo(MakeLinear(linear, input), shapes.Sequence);
            return graph.MakeTranspose(
                graph.MakeReshape(sequence, 0, 0, Attention.Heads, attention.HeadSize), 0, 2, 1, 3);
        }

        var scores = graph.MakeMatMulTransposedB(
            Heads(attention.Query.Scale(attention.ScoreScale), queriesAndKeys), Heads(attention.Key, queriesAndKeys));
        var mixed = graph.MakeMatMul(graph.MakeSoftmax(scores), Heads(attention.Value, values));
        var joined = graph.MakeReshape(graph.MakeTranspose(mixed, 0, 2, 1, 3), -1, attention.Value.Outputs);
        return MakeLinear(attention.Output, joined);
    }

    private string MakeMlp(TwoWayLayer layer, string scope, string tokens)
    {
        graph.Scope(scope);
        var hidden = graph.MakeRelu(MakeLinear(layer.MlpIn, tokens));
        return MakeSkipNorm(MakeLinear(layer.MlpOut, hidden), tokens, layer.AfterMlp);
    }

    private string MakeLinear(Linear linear, string input) => graph.MakeLinear(
        input, graph.Weight(linear.Weight, axis: 1), graph.Constant(linear.Bias));

    private string MakeNorm(string value, Norm norm) =>
        graph.MakeLayerNorm(value, graph.Constant(norm.Scale), graph.Constant(norm.Bias), Epsilon);

    private string MakeSkipNorm(string value, string skip, Norm norm) => graph.MakeSkipLayerNorm(
        value, skip, graph.Constant(norm.Scale), graph.Constant(norm.Bias), Epsilon);
}
