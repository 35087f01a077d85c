using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Encoder.TinyVit;

/// <summary>
/// Reference: <c>BasicLayer</c> of <c>TinyViTBlock</c>s and the <c>PatchMerging</c> behind it. Tokens are worked on in
/// bands of whole window rows: what a band needs fits in a core's cache, which the full grid does not by far.
/// <code>
/// bands [B,r,S,C] -> window attention + input -> joined -> 3x3 convolution by channel -> bands
///   -> perceptron + input -> bands of the next block
/// </code>
/// </summary>
internal sealed class WindowStage(GraphBuilder graph, PublishedWeights model)
{
    // Tokens of a band: 900 of 128 to 320 channels are half to one megabyte.
    private const int BandTokens = 900;

    public TokenGrid Make(TokenGrid tokens, int stage)
    {
        var side = tokens.Side;
        var value = tokens.Value;
        string[]? bands = null;
        for (var block = 0; model.HasNode($"/layers.{stage}/blocks.{block}/attn/qkv/MatMul"); block++)
        {
            var weights = new WindowBlock(model, $"layers.{stage}/blocks.{block}");
            var rows = Math.Max(1, BandTokens / side / weights.Window) * weights.Window;
            graph.Scope($"layers.{stage}/blocks.{block}");
            bands ??= Cut(value, side, rows);
            var attention = new WindowAttentionGraph(graph, weights, side);
            var attended = graph.MakeConcat(1, [.. bands.Select((band, i) =>
                attention.Make(band, Math.Min(rows, side - (i * rows))))]);
            var planes = weights.LocalConvolution.Make(graph, graph.MakeTranspose(attended, 0, 3, 1, 2));
            var mlp = new MlpGraph(graph, weights);
            bands = [.. Cut(graph.MakeTranspose(planes, 0, 2, 3, 1), side, rows).Select(mlp.Make)];
        }

        graph.Scope($"layers.{stage}/downsample");
        return model.HasNode($"/layers.{stage}/downsample/conv1/c/Conv")
            ? MakeMerging(bands!, side, $"/layers.{stage}/downsample")
            : new TokenGrid(graph.MakeConcat(1, bands!), side);
    }

    private string[] Cut(string value, int side, int rows) =>
    [
        .. Enumerable.Range(0, (side + rows - 1) / rows).Select(band => graph.MakeSlice(
            value, graph.Integers(band * rows), graph.Integers(Math.Min(side, (band + 1) * rows)), 1)),
    ];

    // Reference: PatchMerging. Its 1x1 convolutions are products with tokens.
    private TokenGrid MakeMerging(string[] bands, int side, string scope)
    {
        var first = new Convolution(model, $"{scope}/conv1/c/Conv");
        var middle = new Convolution(model, $"{scope}/conv2/c/Conv");
        var last = new Convolution(model, $"{scope}/conv3/c/Conv");
        var (weight, bias) = (graph.Weight(first.AsMatrix, axis: 1), graph.Constant(first.Bias));
        var widened = graph.MakeConcat(
            1, [.. bands.Select(band => graph.MakeBiasGelu(graph.MakeMatMul(band, weight), bias))]);
        var planes = middle.Make(graph, graph.MakeTranspose(widened, 0, 3, 1, 2));
        var merged = graph.MakeTranspose(graph.MakeGelu(planes), 0, 2, 3, 1);
        return new TokenGrid(
            graph.MakeAdd(
                graph.MakeMatMul(merged, graph.Weight(last.AsMatrix, axis: 1)), graph.Constant(last.Bias)),
            side / middle.Stride);
    }
}
