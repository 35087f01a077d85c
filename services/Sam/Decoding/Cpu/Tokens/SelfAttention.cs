using System.Numerics.Tensors;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Tokens;

/// <summary>
/// Self attention of a prompt's tokens, H heads of C/H channels. Reference: <c>Attention</c> of transformer.py.
/// </summary>
internal sealed class SelfAttention<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;
    private readonly Linear<TSimd, TVector> _qProj;
    private readonly Linear<TSimd, TVector> _kProj;
    private readonly Linear<TSimd, TVector> _vProj;
    private readonly Linear<TSimd, TVector> _outProj;
    private readonly int _headSize;

    /// <param name="weights">The decoder's weights.</param>
    /// <param name="name">Name of the attention.</param>
    public SelfAttention(DecoderWeights<TSimd, TVector> weights, string name)
    {
        _headSize = weights.Outputs($"{name}.q_proj") / Heads;
        _qProj = weights.Linear($"{name}.q_proj", 1 / MathF.Sqrt(_headSize));
        _kProj = weights.Linear($"{name}.k_proj");
        _vProj = weights.Linear($"{name}.v_proj");
        _outProj = weights.Linear($"{name}.out_proj");
    }

    /// <summary>Lets the tokens of each prompt attend to each other.</summary>
    /// <param name="memory">Holds the result.</param>
    /// <param name="queries">The tokens that queries and keys are projected from, [prompts T, C].</param>
    /// <param name="values">The tokens that values are projected from, [prompts T, C].</param>
    /// <param name="prompts">Number of prompts.</param>
    /// <returns>[prompts T, C].</returns>
    public Matrix Apply(Arena memory, Matrix queries, Matrix values, int prompts)
    {
        var (q, k, v) = (_qProj.Apply(memory, queries), _kProj.Apply(memory, queries), _vProj.Apply(memory, values));
        var mixed = memory.Allocate(q.Count, q.Stride);
        var count = q.Count / prompts;
        Span<float> weights = stackalloc float[count];
        for (var token = 0; token < q.Count; token++)
        {
            var first = token / count * count;
            for (var head = 0; head < Heads; head++)
            {
                Span<float> Part(Matrix matrix, int row) => matrix.Span(row).Slice(head * _headSize, _headSize);
                for (var other = 0; other < count; other++)
                {
                    weights[other] = TensorPrimitives.Dot<float>(Part(q, token), Part(k, first + other));
                }

                TensorPrimitives.SoftMax<float>(weights, weights);
                var sum = Part(mixed, token);
                for (var other = 0; other < count; other++)
                {
                    TensorPrimitives.MultiplyAdd(Part(v, first + other), weights[other], sum, sum);
                }
            }
        }

        return _outProj.Apply(memory, mixed);
    }
}
