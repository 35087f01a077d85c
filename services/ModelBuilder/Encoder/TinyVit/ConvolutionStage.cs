using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Encoder.TinyVit;

/// <summary>
/// Reference: <c>PatchEmbed</c>, the <c>MBConv</c> blocks of layers.0 and its <c>PatchMerging</c>. Convolutions work on
/// planes up to the last one, whose product is per token.
/// </summary>
internal sealed class ConvolutionStage(GraphBuilder graph, PublishedWeights model)
{
    /// <summary>Planes [B,3,1024,1024] to tokens [B,128,128,C].</summary>
    public string Make(string planes)
    {
        graph.Scope("patch_embed");
        var value = MakeConvolution(graph.MakeGelu(
            MakeConvolution(planes, "/patch_embed/seq/seq.0/c/Conv")), "/patch_embed/seq/seq.2/c/Conv");
        for (var block = 0; model.HasNode($"/layers.0/blocks.{block}/conv1/c/Conv"); block++)
        {
            value = MakeInvertedBottleneck(value, $"layers.0/blocks.{block}");
        }

        graph.Scope("layers.0/downsample");
        value = graph.MakeGelu(MakeConvolution(value, "/layers.0/downsample/conv1/c/Conv"));
        value = graph.MakeGelu(MakeConvolution(value, "/layers.0/downsample/conv2/c/Conv"));
        return graph.MakeTranspose(MakeConvolution(value, "/layers.0/downsample/conv3/c/Conv"), 0, 2, 3, 1);
    }

    // Reference: MBConv. 1x1 to more channels, depthwise 3x3, 1x1 back, plus the input.
    private string MakeInvertedBottleneck(string input, string block)
    {
        graph.Scope(block);
        var value = graph.MakeGelu(MakeConvolution(input, $"/{block}/conv1/c/Conv"));
        value = graph.MakeGelu(MakeConvolution(value, $"/{block}/conv2/c/Conv"));
        return graph.MakeGelu(graph.MakeAdd(MakeConvolution(value, $"/{block}/conv3/c/Conv"), input));
    }

    private string MakeConvolution(string input, string node) => new Convolution(model, node).Make(graph, input);
}
