using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Encoder.TinyVit;

/// <summary>Weights of a reference <c>TinyViTBlock</c>.</summary>
internal sealed class WindowBlock
{
    private const int Parts = 3;

    public WindowBlock(PublishedWeights model, string scope)
    {
        var parameter = scope.Replace('/', '.');
        AttentionBias = AddedBias(model, $"/{scope}/attn/Add");
        (Projected, Projection) = (model.Linear($"/{scope}/attn/qkv"), model.Linear($"/{scope}/attn/proj"));
        AttentionNorm = Norm(model, $"{parameter}.attn.norm", $"/{scope}/attn/norm");
        LocalConvolution = new Convolution(model, $"/{scope}/local_conv/c/Conv");
        PerceptronNorm = Norm(model, $"{parameter}.mlp.norm", $"/{scope}/mlp/norm");
        (Lin1, Lin2) = (model.Linear($"/{scope}/mlp/fc1"), model.Linear($"/{scope}/mlp/fc2"));
    }

    /// <summary>[heads, L, L], added to the scores of a window of L tokens.</summary>
    public Tensor AttentionBias { get; }

    public (Tensor Scale, Tensor Bias) AttentionNorm { get; }

    public (Tensor Weight, Tensor Bias) Projection { get; }

    public Convolution LocalConvolution { get; }

    public (Tensor Scale, Tensor Bias) PerceptronNorm { get; }

    public (Tensor Weight, Tensor Bias) Lin1 { get; }

    public (Tensor Weight, Tensor Bias) Lin2 { get; }

    public int Heads => AttentionBias.Rows;

    /// <summary>Side of a window, in tokens.</summary>
    public int Window => (int)Math.Round(Math.Sqrt(AttentionBias.Columns));

    public int Channels => Projected.Weight.Rows;

    private (Tensor Weight, Tensor Bias) Projected { get; }

    /// <summary>
    /// The query, key or value projection (0, 1, 2). The published one holds them by head: head h's query, key, value.
    /// </summary>
    public (Tensor Weight, Tensor Bias) Part(int part)
    {
        var size = Channels / Heads;
        Tensor Select(Tensor all)
        {
            var rows = all.Values.Length / all.Columns;
            var byPart = all.Reshape(rows, Heads, Parts, size).Transpose(2, 0, 1, 3);
            var count = rows * Channels;
            return new Tensor([rows, Channels], byPart.Values[(part * count)..((part + 1) * count)]);
        }

        return (Select(Projected.Weight), Select(Projected.Bias).Reshape(Channels));
    }

    private static (Tensor Scale, Tensor Bias) Norm(PublishedWeights model, string parameter, string block) => (
        model.Parameter($"{parameter}.weight", $"{block}/Mul"),
        model.Parameter($"{parameter}.bias", $"{block}/Add_1"));

    private static Tensor AddedBias(PublishedWeights model, string node) => model.ConstantInput(model.Node(node));
}
