using System.Numerics.Tensors;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Direct;

/// <summary>
/// Weights of an attention of the image to tokens. Where the image's queries are not prepared, keys of the tokens go
/// through the query projection instead (docs/model.md); values go through the output projection before they are mixed.
/// </summary>
internal sealed unsafe class ImageToToken<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;
    private readonly int _size;
    private readonly int _width;
    private readonly TokenLinear<TSimd, TVector> _key;
    private readonly TokenLinear<TSimd, TVector> _value;
    private readonly TokenLinear<TSimd, TVector> _output;
    private readonly HeadLinear<TSimd, TVector> _outputByHead;
    private readonly HeadLinear<TSimd, TVector>? _query;
    private readonly float[] _queryBias;

    public ImageToToken(DecoderWeights<TSimd, TVector> weights, string name, bool isPrepared)
    {
        _width = weights.Width;
        _size = weights.Outputs($"{name}.k_proj") / Heads;
        _key = weights.Linear($"{name}.k_proj", 1 / MathF.Sqrt(_size));
        _value = weights.Linear($"{name}.v_proj");
        _output = weights.Linear($"{name}.out_proj");
        _outputByHead = HeadLinear<TSimd, TVector>.OfOutputProjection(
            weights.Memory, weights.Weight($"{name}.out_proj"), Heads, _size);
        _queryBias = [];
        if (!isPrepared)
        {
            _query = HeadLinear<TSimd, TVector>.OfImageProjection(
                weights.Memory, weights.Weight($"{name}.q_proj"), Heads, _size);
            _queryBias = weights.Bias($"{name}.q_proj");
        }
    }

    /// <summary>
    /// Each prompt's keys and values of tokens, from those with and without the prompt's positions, [prompts T, C].
    /// </summary>
    public ImageAttention<TSimd, TVector>[] Begin(Arena memory, Matrix positioned, Matrix tokens, int prompts)
    {
        var (keys, values) = (_key.Apply(memory, positioned), _value.Apply(memory, tokens));
        var origins = _output.Apply(memory, values.RowOfEach(memory, values.Count / prompts - 1, prompts));
        var attentions = new ImageAttention<TSimd, TVector>[prompts];
        for (var prompt = 0; prompt < prompts; prompt++)
        {
            var relativeKeys = RelativeToLast(memory, keys.Part(prompt, prompts));
            attentions[prompt] = new(
                memory,
                _query is null ? relativeKeys : _query.Apply(memory, relativeKeys),
                ScoreBias(memory, relativeKeys),
                _outputByHead.Apply(memory, RelativeToLast(memory, values.Part(prompt, prompts))),
                origins.Part(prompt, prompts),
                relativeKeys.Count,
                _query is null ? Heads : 1,
                _query is null ? _size : _width,
                _width);
        }

        return attentions;
    }

    private static Matrix RelativeToLast(Arena memory, Matrix rows)
    {
        var last = rows.Count - 1;
        var relative = memory.Take(last, rows.Stride);
        for (var row = 0; row < last; row++)
        {
            TensorPrimitives.Subtract(rows.Span(row), rows.Span(last), relative.Span(row));
        }

        return relative;
    }

    // bq . k of every key, [8 (T - 1)]; prepared queries hold their bias.
    private Matrix ScoreBias(Arena memory, Matrix keys)
    {
        var bias = memory.Take(1, Heads * keys.Count);
        for (var i = 0; _query is not null && i < Heads * keys.Count; i++)
        {
            var first = i / keys.Count * _size;
            bias.Data[i] = TensorPrimitives.Dot<float>(
                keys.Span(i % keys.Count).Slice(first, _size), _queryBias.AsSpan(first, _size));
        }

        return bias;
    }
}
