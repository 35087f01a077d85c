using Segmentation.Masks;
using Segmentation.Sam.Decoding.Cpu.Attention;
using Segmentation.Sam.Decoding.Cpu.Image;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Tokens;

/// <summary>
/// Reference: <c>TwoWayTransformer</c> of transformer.py, for a batch of prompts. The prompts' tokens are the
/// reference's <c>queries</c>; its <c>keys</c>, the image tokens, are in an <see cref="IImageSide"/>.
/// </summary>
/// <param name="weights">The decoder's weights.</param>
internal sealed class TwoWayTransformer<TSimd, TVector>(DecoderWeights<TSimd, TVector> weights)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Depth = 2;
    private const float Norm4Epsilon = LayerNorm.Epsilon;
    private readonly TwoWayAttentionBlock<TSimd, TVector>[] _layers =
        [.. Enumerable.Range(0, Depth).Select(i => new TwoWayAttentionBlock<TSimd, TVector>(weights, i))];

    // Output tokens before the mask tokens: the IoU token, and in SAM 2 the object score token before it.
    private readonly int _scoreTokens = weights.ScoreTokens;

    private readonly LayerNorm _normFinalAttn = weights.Norm("transformer.norm_final_attn");

    /// <summary>Weights of the image side.</summary>
    public ImageSideWeights<TSimd, TVector> ImageSideWeights { get; } = new(
        [.. Names("cross_attn_image_to_token").Select((name, i) =>
            new CrossAttnImageToTokenWeights<TSimd, TVector>(weights, name, isPrepared: i == 0))],
        [.. Names("norm4").Select(name =>
            new LayerNorm2d<TSimd, TVector>(weights.Weight(name), weights.Bias(name), Norm4Epsilon))],
        [.. Names("cross_attn_token_to_image").Append("transformer.final_attn_token_to_image").Select((name, i) =>
            new CrossAttnTokenToImageWeights<TSimd, TVector>(weights, name, isPrepared: i == 0))],
        new(weights.Memory, weights.Read("positional_encoding")));

    /// <summary>Applies both layers and the final attention.</summary>
    /// <param name="image">The image side; it holds x2 afterwards.</param>
    /// <param name="batch">The prompts.</param>
    /// <param name="pointEmbedding">Tokens of the prompts, [prompts T, C]; also their positional encoding.</param>
    /// <param name="memory">Holds the result.</param>
    /// <param name="yieldPoint">Checked between the steps.</param>
    /// <returns>
    /// The score tokens and the wanted mask tokens of each prompt, [prompts (score tokens + masks), C].
    /// </returns>
    public Matrix Apply(
        IImageSide image, DecodeBatch batch, Matrix pointEmbedding, Arena memory, YieldPoint yieldPoint)
    {
        var queries = pointEmbedding;
        foreach (var layer in _layers)
        {
            yieldPoint.Check();
            queries = layer.Apply(memory, queries, pointEmbedding, image, batch.Count, yieldPoint);
        }

        // Final attention of the tokens to the image, for the tokens that are read afterwards.
        queries = Wanted(memory, queries, batch);
        var attnOut = image.AttendTokensToImage(Depth, queries.Plus(memory, Wanted(memory, pointEmbedding, batch)));
        _normFinalAttn.Apply(attnOut, queries);
        return attnOut;
    }

    private static IEnumerable<string> Names(string part) =>
        Enumerable.Range(0, Depth).Select(layer => $"transformer.layers.{layer}.{part}");

    // The score tokens and those of the wanted masks.
    private Matrix Wanted(Arena memory, Matrix tokens, DecodeBatch batch)
    {
        var count = _scoreTokens + batch.MaskTokens.Length;
        var wanted = memory.Allocate(batch.Count * count, tokens.Stride);
        for (var prompt = 0; prompt < batch.Count; prompt++)
        {
            var from = tokens.Part(prompt, batch.Count);
            for (var i = 0; i < count; i++)
            {
                var row = i < _scoreTokens ? i : _scoreTokens + (int)batch.MaskTokens[i - _scoreTokens];
                from.Span(row).CopyTo(wanted.Span(prompt * count + i));
            }
        }

        return wanted;
    }
}
