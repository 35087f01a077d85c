using Segmentation.Sam.Decoding.Cpu.Image;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Decoding.Cpu.Tokens;

/// <summary>
/// The reference's <c>TwoWayTransformer</c> for a batch of prompts: what is done with tokens before, between and after the
/// first two passes over the rows of the image's grid.
/// </summary>
internal sealed unsafe class TwoWayTransformer<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private readonly TwoWayAttentionBlock<TSimd, TVector>[] _layers;
    private readonly LayerNorm _afterFinal;

    public TwoWayTransformer(DecoderWeights<TSimd, TVector> weights)
    {
        _layers = [new(weights, 0), new(weights, 1)];
        _afterFinal = weights.Norm("transformer.norm_final_attn");
        ImageSideWeights = new(
            [.. _layers.Select(layer => layer.ImageToToken)],
            [.. _layers.Select(layer => layer.AfterImageToToken)],
            [
                _layers[1].TokenToImage,
                new(weights, "transformer.final_attn_token_to_image", weights.FoldedNormScales.Biases[1]),
            ],
            new(weights.Memory, weights.Read("positional_encoding")));
    }

    /// <summary>Weights of the image's half.</summary>
    public ImageSideWeights<TSimd, TVector> ImageSideWeights { get; }

    /// <summary>Both layers and the final attention.</summary>
    /// <param name="image">The image.</param>
    /// <param name="batch">The prompts.</param>
    /// <param name="prompt">Their tokens, [prompts T, C].</param>
    /// <param name="passes">The image's half.</param>
    /// <param name="memory">Holds the result.</param>
    /// <param name="yieldPoint">Passed between rows, and between what is done for all tokens.</param>
    /// <returns>Tokens of the score and of the wanted masks, [prompts (1 + masks), C].</returns>
    public Matrix Apply(
        PreparedImage image, DecodeBatch batch, Matrix prompt, IImageSide passes, Arena memory, YieldPoint yieldPoint)
    {
        var count = batch.Count;

        // Layer 0: keys, values and queries of the image are prepared.
        var layer = _layers[0];
        var tokens = layer.AttendSelf(memory, prompt, prompt, count);
        var attended = layer.TokenToImage.AttendPrepared(
            memory, Sum(memory, tokens, prompt), image.Keys, image.Values, yieldPoint);
        yieldPoint.Check();
        tokens = layer.AfterAttending(memory, attended, tokens);
        yieldPoint.Check();
        passes.Begin(Sum(memory, tokens, prompt), tokens);

        yieldPoint.Check();
        layer = _layers[1];
        tokens = layer.AttendSelf(memory, tokens, prompt, count);
        attended = passes.Attend(Sum(memory, tokens, prompt));
        yieldPoint.Check();
        tokens = layer.AfterAttending(memory, attended, tokens);
        yieldPoint.Check();
        passes.Begin(Sum(memory, tokens, prompt), tokens);

        // The points' own tokens are not read any more, nor are those of masks nobody asked for.
        tokens = Wanted(memory, tokens, batch);
        attended = passes.Attend(Sum(memory, tokens, Wanted(memory, prompt, batch)));
        _afterFinal.Apply(attended, tokens);
        return attended;
    }

    private static Matrix Sum(Arena memory, Matrix a, Matrix b) => TwoWayAttentionBlock<TSimd, TVector>.Sum(memory, a, b);

    // The score's token and those of the wanted masks.
    private static Matrix Wanted(Arena memory, Matrix tokens, DecodeBatch batch)
    {
        var count = 1 + batch.MaskTokens.Length;
        var wanted = memory.Allocate(batch.Count * count, tokens.Stride);
        for (var prompt = 0; prompt < batch.Count; prompt++)
        {
            var from = tokens.Part(prompt, batch.Count);
            from.Span(0).CopyTo(wanted.Span(prompt * count));
            for (var i = 1; i < count; i++)
            {
                from.Span(1 + (int)batch.MaskTokens[i - 1]).CopyTo(wanted.Span(prompt * count + i));
            }
        }

        return wanted;
    }
}
