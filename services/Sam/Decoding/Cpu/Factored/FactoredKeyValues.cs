using System.Numerics.Tensors;
using Segmentation.Sam.Decoding.Cpu.Attention;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>Weights of an attention of tokens to image tokens that are not made.</summary>
/// <param name="weights">The same attention to those that are.</param>
/// <param name="query">Projection of the queries.</param>
/// <param name="key">Projection of the keys, folded into the queries.</param>
/// <param name="output">Output projection, with what all values have in common in its bias.</param>
/// <param name="size">D, channels of a head.</param>
/// <param name="valueSize">The same in whole vectors.</param>
internal sealed class FactoredKeyValues<TSimd, TVector>(
    CrossAttnTokenToImageWeights<TSimd, TVector> weights,
    Linear<TSimd, TVector> query,
    PerHeadLinear<TSimd, TVector> key,
    Linear<TSimd, TVector> output,
    int size,
    int valueSize)
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;

    /// <summary>Begins each prompt's attention of tokens, with the prompt's positions in them.</summary>
    public void Begin(Arena memory, Matrix positioned, ImageTokenFactors<TSimd, TVector>[] prompts)
    {
        var queries = query.Apply(memory, positioned);
        for (var i = 0; i < prompts.Length; i++)
        {
            var own = queries.Part(i, prompts.Length);
            var basis = prompts[i].Basis!;
            prompts[i].ToImage = new(
                memory, own, basis.PackKeys(key.Apply(memory, own)), basis.Count, size, valueSize);
        }
    }

    /// <summary>Ends them: what the tokens take from the image, [prompts T, C].</summary>
    public Matrix End(Arena memory, ImageTokenFactors<TSimd, TVector>[] prompts)
    {
        var count = prompts[0].ToImage!.Tokens;
        var all = memory.Allocate(prompts.Length * count, Heads * size);
        for (var i = 0; i < prompts.Length; i++)
        {
            var attention = prompts[i].ToImage!;
            attention.Finish();
            var joined = all.Part(i, prompts.Length);
            weights.Join(memory, prompts[i].Basis!.Restore(attention.MixedKept), joined);
            AddOfImage(attention.Mixed, joined);
        }

        return output.Apply(memory, all);
    }

    private void AddOfImage(Matrix mixed, Matrix joined)
    {
        for (var token = 0; token < joined.Count; token++)
        {
            for (var head = 0; head < Heads; head++)
            {
                var values = joined.Span(token).Slice(head * size, size);
                TensorPrimitives.Add(values, mixed.Span(token).Slice(head * valueSize, size), values);
            }
        }
    }
}
