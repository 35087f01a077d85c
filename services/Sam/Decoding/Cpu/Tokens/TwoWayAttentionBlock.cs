using System.Numerics.Tensors;
using Segmentation.Sam.Decoding.Cpu.Attention;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Tokens;

/// <summary>
/// The tokens' half of the reference's <c>TwoWayAttentionBlock</c>, and what the image's half needs of the tokens. Tokens
/// are [prompts T, C]: what reads a weight reads it once for all prompts.
/// </summary>
internal sealed class TwoWayAttentionBlock<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private readonly bool _isFirst;
    private readonly SelfAttention<TSimd, TVector> _selfAttention;
    private readonly LayerNorm _afterSelfAttention;
    private readonly LayerNorm _afterTokenToImage;
    private readonly Linear<TSimd, TVector> _widen;
    private readonly Linear<TSimd, TVector> _narrow;
    private readonly LayerNorm _afterPerceptron;

    public TwoWayAttentionBlock(DecoderWeights<TSimd, TVector> weights, int index)
    {
        var name = $"transformer.layers.{index}";
        _isFirst = index == 0;
        _selfAttention = new(weights, $"{name}.self_attn");
        _afterSelfAttention = weights.Norm($"{name}.norm1");
        var biasBefore = _isFirst ? null : weights.FoldedNormScales.Biases[index - 1];
        TokenToImage = new(weights, $"{name}.cross_attn_token_to_image", biasBefore);
        _afterTokenToImage = weights.Norm($"{name}.norm2");
        _widen = weights.Linear($"{name}.mlp.lin1");
        _narrow = weights.Linear($"{name}.mlp.lin2");
        _afterPerceptron = weights.Norm($"{name}.norm3");
        ImageToToken = new(weights, $"{name}.cross_attn_image_to_token", biasBefore);
        AfterImageToToken = new(weights.FoldedNormScales.Scales[index], weights.FoldedNormScales.Biases[index], 1e-5f);
    }

    public CrossAttnTokenToImageWeights<TSimd, TVector> TokenToImage { get; }

    public CrossAttnImageToTokenWeights<TSimd, TVector> ImageToToken { get; }

    public LayerNorm2d<TSimd, TVector> AfterImageToToken { get; }

    /// <summary>Self attention; in the first layer of the prompt itself (<c>skip_first_layer_pe</c>).</summary>
    public Matrix AttendSelf(Arena memory, Matrix tokens, Matrix prompt, int prompts)
    {
        var queries = _isFirst ? tokens : Sum(memory, tokens, prompt);
        var attended = _selfAttention.Apply(memory, queries, tokens, prompts);
        _afterSelfAttention.Apply(attended, _isFirst ? null : tokens);
        return attended;
    }

    /// <summary>What follows once the tokens have attended to the image.</summary>
    public Matrix AfterAttending(Arena memory, Matrix attended, Matrix tokens)
    {
        _afterTokenToImage.Apply(attended, tokens);
        var hidden = _widen.Apply(memory, attended);
        TensorPrimitives.Max(hidden.AsSpan(), 0, hidden.AsSpan());
        var narrow = _narrow.Apply(memory, hidden);
        _afterPerceptron.Apply(narrow, attended);
        return narrow;
    }

    /// <summary>a + b.</summary>
    public static Matrix Sum(Arena memory, Matrix a, Matrix b)
    {
        var sum = memory.AllocateUninitialized(a.Count, a.Stride);
        TensorPrimitives.Add(a.AsSpan(), b.AsSpan(), sum.AsSpan());
        return sum;
    }
}
