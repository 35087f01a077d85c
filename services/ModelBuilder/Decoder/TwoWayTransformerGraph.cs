using Segmentation.ModelBuilder.Graphs;

namespace Segmentation.ModelBuilder.Decoder;

/// <summary>
/// Reference: <c>TwoWayTransformer.forward</c>. Tokens are [B T, C] throughout and image tokens [B, 4096, C].
/// </summary>
internal sealed class TwoWayTransformerGraph(
    GraphBuilder graph, PublishedDecoderWeights weights, TokenShapes shapes, string prompt, string position)
{
    private const float Epsilon = 1e-5f;
    private readonly CrossAttention _cross = new(graph, shapes);

    /// <summary>The final tokens [B T, C] and image tokens.</summary>
    public (string Tokens, string Image) Make(PreparedImageGraph prepared)
    {
        var (tokens, image) = MakeFirstLayer(weights.Layers[0], prepared);
        (tokens, image) = MakeSecondLayer(weights.Layers[1], tokens, image);
        graph.Scope("final_attn_token_to_image");
        var attended = _cross.MakeTokenToImage(
            weights.FinalAttention, graph.MakeAdd(tokens, prompt), image, graph.MakeAdd(image, position));
        return (weights.NormFinal.MakeSkip(graph, attended, tokens, Epsilon), image);
    }

    // Reference: TwoWayAttentionBlock, layer 0. The queries are the prompt itself (skip_first_layer_pe), and the keys
    // and values of the image come prepared.
    private (string Tokens, string Image) MakeFirstLayer(TwoWayAttentionBlockWeights layer, PreparedImageGraph prepared)
    {
        graph.Scope("layers.0/self_attn");
        var tokens = layer.Norm1.Make(
            graph, MakeSelfAttention(layer.SelfAttention, prompt, prompt), Epsilon);
        graph.Scope("layers.0/cross_attn_token_to_image");
        var attended = _cross.MakeTokenToPreparedImage(
            layer.TokenToImage, graph.MakeAdd(tokens, prompt), prepared.Keys, prepared.Values);
        tokens = layer.Norm2.MakeSkip(graph, attended, tokens, Epsilon);
        tokens = MakeMlp(layer, "layers.0/mlp", tokens);
        graph.Scope("layers.0/cross_attn_image_to_token");
        attended = _cross.MakePreparedImageToToken(
            layer.ImageToToken, graph.MakeAdd(tokens, prompt), tokens, prepared.Queries);
        return (tokens, layer.Norm4.Make(graph, graph.MakeAdd(attended, prepared.Tokens), Epsilon));
    }

    // Reference: TwoWayAttentionBlock, layer 1.
    private (string Tokens, string Image) MakeSecondLayer(
        TwoWayAttentionBlockWeights layer, string tokens, string image)
    {
        graph.Scope("layers.1/self_attn");
        var selfAttended = MakeSelfAttention(layer.SelfAttention, graph.MakeAdd(tokens, prompt), tokens);
        tokens = layer.Norm1.MakeSkip(graph, selfAttended, tokens, Epsilon);
        graph.Scope("layers.1/cross_attn_token_to_image");
        var positioned = graph.MakeAdd(image, position);
        var attended = _cross.MakeTokenToImage(layer.TokenToImage, graph.MakeAdd(tokens, prompt), image, positioned);
        tokens = layer.Norm2.MakeSkip(graph, attended, tokens, Epsilon);
        tokens = MakeMlp(layer, "layers.1/mlp", tokens);
        graph.Scope("layers.1/cross_attn_image_to_token");
        attended = _cross.MakeImageToToken(layer.ImageToToken, graph.MakeAdd(tokens, prompt), tokens, positioned);
        return (tokens, layer.Norm4.Make(graph, graph.MakeAdd(attended, image), Epsilon));
    }

    // softmax(q k') v over the T tokens of each prompt, 8 heads of C/8.
    private string MakeSelfAttention(Attention attention, string queriesAndKeys, string values)
    {
        string Heads(string projected) => graph.MakeTranspose(
            graph.MakeReshape(
                graph.MakeReshapeTo(projected, shapes.Sequence), 0, 0, Attention.Heads, attention.HeadSize),
            0, 2, 1, 3);
        var queries = graph.MakeMul(
            attention.Query.Make(graph, queriesAndKeys), graph.Scalar(attention.ScoreScale));
        var scores = graph.MakeMatMulTransposedB(Heads(queries), Heads(attention.Key.Make(graph, queriesAndKeys)));
        var mixed = graph.MakeMatMul(graph.MakeSoftmax(scores), Heads(attention.Value.Make(graph, values)));
        var joined = graph.MakeReshape(graph.MakeTranspose(mixed, 0, 2, 1, 3), -1, attention.Value.Outputs);
        return attention.Output.Make(graph, joined);
    }

    private string MakeMlp(TwoWayAttentionBlockWeights layer, string scope, string tokens)
    {
        graph.Scope(scope);
        var hidden = graph.MakeRelu(layer.MlpLin1.Make(graph, tokens));
        return layer.Norm3.MakeSkip(graph, layer.MlpLin2.Make(graph, hidden), tokens, Epsilon);
    }
}
