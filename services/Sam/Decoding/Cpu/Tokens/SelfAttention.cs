using System.Numerics.Tensors;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Tokens;

/// <summary>softmax(q k') v over the tokens of a prompt, 8 heads of C/8. Reference: <c>Attention.forward</c>.</summary>
internal sealed class SelfAttention<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private readonly Linear<TSimd, TVector> _query;
    private readonly Linear<TSimd, TVector> _key;
    private readonly Linear<TSimd, TVector> _value;
    private readonly Linear<TSimd, TVector> _output;
    private readonly int _size;

    public SelfAttention(DecoderWeights<TSimd, TVector> weights, string name)
    {
        _size = weights.Outputs($"{name}.q_proj") / DecoderWeights<TSimd, TVector>.Heads;
        _query = weights.Linear($"{name}.q_proj", 1 / MathF.Sqrt(_size));
        _key = weights.Linear($"{name}.k_proj");
        _value = weights.Linear($"{name}.v_proj");
        _output = weights.Linear($"{name}.out_proj");
    }

    /// <summary>Tokens [prompts T, C]; those of a prompt attend to each other.</summary>
    public Matrix Apply(Arena memory, Matrix queriesAndKeys, Matrix values, int prompts)
    {
        var (q, k, v) = (
            _query.Apply(memory, queriesAndKeys), _key.Apply(memory, queriesAndKeys), _value.Apply(memory, values));
        var mixed = memory.Allocate(q.Count, q.Stride);
        var count = q.Count / prompts;
        Span<float> shares = stackalloc float[count];
        for (var token = 0; token < q.Count; token++)
        {
            var first = token / count * count;
            for (var head = 0; head < DecoderWeights<TSimd, TVector>.Heads; head++)
            {
                Span<float> Part(Matrix matrix, int row) => matrix.Span(row).Slice(head * _size, _size);
                for (var other = 0; other < count; other++)
                {
                    shares[other] = TensorPrimitives.Dot<float>(Part(q, token), Part(k, first + other));
                }

                TensorPrimitives.SoftMax<float>(shares, shares);
                var sum = Part(mixed, token);
                for (var other = 0; other < count; other++)
                {
                    TensorPrimitives.MultiplyAdd(Part(v, first + other), shares[other], sum, sum);
                }
            }
        }

        return _output.Apply(memory, mixed);
    }
}
