using Segmentation.Masks;
using Segmentation.Sam.Decoding.Cpu.Image;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Tokens;

/// <summary>
/// Reference: <c>TwoWayAttentionBlock</c> of transformer.py, for a batch of prompts. Tokens are [prompts T, C], so that
/// a weight is read once for all prompts.
/// </summary>
internal sealed class TwoWayAttentionBlock<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private readonly int _layer;
    private readonly SelfAttention<TSimd, TVector> _selfAttn;
    private readonly LayerNorm _norm1;
    private readonly LayerNorm _norm2;
    private readonly Mlp<TSimd, TVector> _mlp;
    private readonly LayerNorm _norm3;

    /// <param name="weights">The decoder's weights.</param>
    /// <param name="layer">0 or 1.</param>
    public TwoWayAttentionBlock(DecoderWeights<TSimd, TVector> weights, int layer)
    {
        _layer = layer;
        var name = $"transformer.layers.{layer}";
        _selfAttn = new(weights, $"{name}.self_attn");
        _norm1 = weights.Norm($"{name}.norm1");
        _norm2 = weights.Norm($"{name}.norm2");
        _mlp = weights.Mlp($"{name}.mlp.lin1", $"{name}.mlp.lin2");
        _norm3 = weights.Norm($"{name}.norm3");
    }

    // The reference skips the positional encoding in the first self attention, where queries are the encoding itself.
    private bool SkipFirstLayerPe => _layer == 0;

    /// <summary>Applies the block to the prompts' tokens, and to the image tokens on the image side.</summary>
    /// <param name="memory">Holds the result.</param>
    /// <param name="queries">Tokens, [prompts T, C].</param>
    /// <param name="queryPe">Their positional encoding.</param>
    /// <param name="image">The image side: the reference's <c>keys</c> and <c>key_pe</c>.</param>
    /// <param name="prompts">Number of prompts.</param>
    /// <param name="yieldPoint">Checked between the steps.</param>
    /// <returns>The tokens after <c>norm3</c>.</returns>
    public Matrix Apply(
        Arena memory, Matrix queries, Matrix queryPe, IImageSide image, int prompts, YieldPoint yieldPoint)
    {
        // Self attention.
        var q = SkipFirstLayerPe ? queries : queries.Plus(memory, queryPe);
        var attnOut = _selfAttn.Apply(memory, q, queries, prompts);
        _norm1.Apply(attnOut, SkipFirstLayerPe ? null : queries);
        queries = attnOut;

        // Cross attention, tokens attending to the image.
        attnOut = image.AttendTokensToImage(_layer, queries.Plus(memory, queryPe));
        _norm2.Apply(attnOut, queries);
        queries = attnOut;
        yieldPoint.Check();

        // MLP.
        var mlpOut = _mlp.Apply(memory, queries);
        _norm3.Apply(mlpOut, queries);
        queries = mlpOut;
        yieldPoint.Check();

        // Cross attention, the image attending to the tokens; norm4.
        image.AttendImageToTokens(_layer, queries.Plus(memory, queryPe), queries);
        return queries;
    }
}
