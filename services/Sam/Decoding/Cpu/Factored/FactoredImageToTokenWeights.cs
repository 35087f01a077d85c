using System.Numerics.Tensors;
using Segmentation.Sam.Decoding.Cpu.Attention;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>Weights of an attention of image tokens in factored form to prompt tokens.</summary>
internal sealed class FactoredImageToTokenWeights<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private readonly CrossAttnImageToTokenWeights<TSimd, TVector> _dense;
    private readonly float[] _queryBias = [];

    /// <param name="weights">The decoder's weights.</param>
    /// <param name="name">Name of the attention.</param>
    /// <param name="dense">The same attention of image tokens computed in full.</param>
    /// <param name="normBias">b of the norm before it, which f u + c B lacks; null in layer 0.</param>
    public FactoredImageToTokenWeights(
        DecoderWeights<TSimd, TVector> weights,
        string name,
        CrossAttnImageToTokenWeights<TSimd, TVector> dense,
        float[]? normBias)
    {
        _dense = dense;
        if (normBias is not null)
        {
            _queryBias = weights.Matrix($"{name}.q_proj").Multiply(normBias);
            TensorPrimitives.Add(_queryBias, weights.Bias($"{name}.q_proj"), _queryBias);
        }
    }

    /// <summary>D, channels of a head.</summary>
    public int HeadSize => _dense.HeadSize;

    /// <inheritdoc cref="CrossAttnImageToTokenWeights{TSimd, TVector}.ProjectTokens"/>
    public ShiftedKeyValues[] ProjectTokens(Arena memory, Matrix keys, Matrix values, int prompts) =>
        _dense.ProjectTokens(memory, keys, values, prompts);

    /// <summary>Begins the softmax over a prompt's tokens.</summary>
    /// <param name="memory">Holds packed keys.</param>
    /// <param name="keys">[T - 1, H D].</param>
    /// <param name="basis">B of the image tokens that attend; null in layer 0, whose queries are prepared.</param>
    public FactoredSoftmax<TSimd, TVector> Begin(Arena memory, Matrix keys, TokenBasis<TSimd, TVector>? basis) => new(
        _dense.BeginByHead(memory, keys, _queryBias),
        basis?.PackKeys(_dense.FoldedQuery!.Apply(memory, keys)));
}
