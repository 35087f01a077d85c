using System.Numerics.Tensors;
using Segmentation.Sam.Decoding.Cpu.Attention;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>Weights of an attention of prompt tokens to image tokens in factored form.</summary>
internal sealed class FactoredTokenToImageWeights<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;
    private readonly CrossAttnTokenToImageWeights<TSimd, TVector> _dense;
    private readonly Linear<TSimd, TVector> _outProj;

    /// <param name="weights">The decoder's weights.</param>
    /// <param name="name">Name of the attention.</param>
    /// <param name="dense">The same attention to image tokens computed in full.</param>
    /// <param name="normBias">b of the norm before it, which f u + c B lacks.</param>
    public FactoredTokenToImageWeights(
        DecoderWeights<TSimd, TVector> weights,
        string name,
        CrossAttnTokenToImageWeights<TSimd, TVector> dense,
        float[] normBias)
    {
        _dense = dense;
        var valueBias = weights.Matrix($"{name}.v_proj").Multiply(normBias);
        TensorPrimitives.Add(valueBias, weights.Bias($"{name}.v_proj"), valueBias);
        _outProj = weights.OutProjWithValueBias(name, valueBias);
    }

    /// <summary>Begins each prompt's attention to its own image tokens.</summary>
    /// <param name="memory">Holds accumulators.</param>
    /// <param name="queries">Tokens with positional encoding, [prompts T, C].</param>
    /// <param name="prompts">Image tokens of the prompts.</param>
    public FactoredCrossAttention<TSimd, TVector>[] Begin(
        Arena memory, Matrix queries, ImageTokenFactors<TSimd, TVector>[] prompts)
    {
        var q = _dense.QProj.Apply(memory, queries);
        var attentions = new FactoredCrossAttention<TSimd, TVector>[prompts.Length];
        for (var i = 0; i < prompts.Length; i++)
        {
            var own = q.Part(i, prompts.Length);
            var coefficientQueries = prompts[i].Basis!.PackKeys(_dense.FoldedKey!.Apply(memory, own));
            attentions[i] = new(memory, own, coefficientQueries, _dense.HeadSize, _dense.PaddedHeadSize);
        }

        return attentions;
    }

    /// <summary>Finishes the attentions and projects their values.</summary>
    /// <returns>[prompts T, C].</returns>
    public Matrix End(
        Arena memory,
        FactoredCrossAttention<TSimd, TVector>[] attentions,
        ImageTokenFactors<TSimd, TVector>[] prompts)
    {
        var joined = memory.Allocate(attentions.Length * attentions[0].Tokens, Heads * _dense.HeadSize);
        for (var i = 0; i < attentions.Length; i++)
        {
            var attention = attentions[i];
            attention.Finish();
            var own = joined.Part(i, attentions.Length);
            _dense.ProjectValues(memory, prompts[i].Basis!.Expand(attention.MixedCoefficients), own);
            AddImagePart(attention.MixedImagePart, own);
        }

        return _outProj.Apply(memory, joined);
    }

    private void AddImagePart(Matrix mixed, Matrix joined)
    {
        var (size, paddedSize) = (_dense.HeadSize, _dense.PaddedHeadSize);
        for (var token = 0; token < joined.Count; token++)
        {
            for (var head = 0; head < Heads; head++)
            {
                var values = joined.Span(token).Slice(head * size, size);
                TensorPrimitives.Add(values, mixed.Span(token).Slice(head * paddedSize, size), values);
            }
        }
    }
}
