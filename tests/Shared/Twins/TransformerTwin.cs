using static Segmentation.Tests.Shared.Twins.TwinGraph;

namespace Segmentation.Tests.Shared.Twins;

/// <summary>
/// Writes the reference's TwoWayTransformer as exporters write it: every projection of all image tokens.
/// </summary>
internal sealed class TransformerTwin(TwinGraph graph, string prompt, string position)
{
    private const int Heads = 8;

    /// <summary>Tokens [B,T,C] and image tokens [B,4096,C] after both layers and the final attention.</summary>
    public (string Tokens, string Image) Make(string image)
    {
        var tokens = prompt;
        for (var layer = 0; layer < 2; layer++)
        {
            (tokens, image) = MakeLayer($"transformer.layers.{layer}", layer == 0, tokens, image);
        }

        var attended = MakeAttention(
            "transformer.final_attn_token_to_image", Sum(tokens, prompt), Sum(image, position), image, 16);
        return (graph.Norm("transformer.norm_final_attn", Sum(tokens, attended)), image);
    }

    private (string Tokens, string Image) MakeLayer(string layer, bool isFirst, string tokens, string image)
    {
        var queries = isFirst ? tokens : Sum(tokens, prompt);
        var attended = MakeAttention($"{layer}.self_attn", queries, queries, tokens, 32);
        tokens = graph.Norm($"{layer}.norm1", isFirst ? attended : Sum(tokens, attended));

        attended = MakeAttention(
            $"{layer}.cross_attn_token_to_image", Sum(tokens, prompt), Sum(image, position), image, 16);
        tokens = graph.Norm($"{layer}.norm2", Sum(tokens, attended));

        var hidden = graph.Make("Relu", "", [graph.Linear($"{layer}.mlp.lin1", tokens)]);
        tokens = graph.Norm($"{layer}.norm3", Sum(tokens, graph.Linear($"{layer}.mlp.lin2", hidden)));

        attended = MakeAttention(
            $"{layer}.cross_attn_image_to_token", Sum(image, position), Sum(tokens, prompt), tokens, 16);
        return (tokens, graph.Norm($"{layer}.norm4", Sum(image, attended)));
    }

    private string MakeAttention(string block, string queries, string keys, string values, int size)
    {
        string Project(string part, string value, params long[] axes) => graph.Transpose(
            graph.Reshape(graph.Linear($"{block}.{part}_proj", value), 0, -1, Heads, size), axes);
        var (q, k, v) = (
            Project("q", queries, 0, 2, 1, 3), Project("k", keys, 0, 2, 3, 1), Project("v", values, 0, 2, 1, 3));
        var scores = graph.Make("Div", "", [graph.Make("MatMul", "", [q, k]), graph.Scalar(MathF.Sqrt(size))]);
        var mixed = graph.Make("MatMul", "", [graph.Make("Softmax", "", [scores], Of("axis", -1L)), v]);
        return graph.Linear(
            $"{block}.out_proj", graph.Reshape(graph.Transpose(mixed, 0, 2, 1, 3), 0, -1, Heads * size));
    }

    private string Sum(string a, string b) => graph.Make("Add", "", [a, b]);
}
