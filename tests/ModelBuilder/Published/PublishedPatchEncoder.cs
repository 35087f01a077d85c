using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Tests.Published;

/// <summary>
/// An encoder of no layout the builder knows: one 16x16 convolution, and a shape into which the export wrote the batch
/// of 1 it was traced with.
/// </summary>
internal static class PublishedPatchEncoder
{
    public static PublishedWeights Build()
    {
        var graph = new PublishedGraph("encoder", seed: 5);
        var planes = graph.Input("x", -1, 3, 1024, 1024);
        var patches = graph.Op("Conv", "/patch_embed/proj/Conv",
            [planes, graph.Weight("patch_embed.weight", 256, 3, 16, 16), graph.Weight("patch_embed.bias", 256)],
            Attributes.Of("strides", [16, 16]));
        var traced = graph.Reshape("/Reshape", patches, 1, 256, 64, -1);
        graph.Output(traced, "y", -1, 256, 64, 64);
        return graph.Build();
    }
}
