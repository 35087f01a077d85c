using System.Numerics.Tensors;
using Segmentation.Sam.Decoding.Cpu.Factored;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Attention;

/// <summary>
/// Weights of an attention of the image to tokens. Where the image's queries are not prepared, keys of the tokens go
/// through the query projection instead (docs/model.md); values go through the output projection before they are mixed.
/// </summary>
internal sealed unsafe class CrossAttnImageToTokenWeights<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;
    private readonly int _width;
    private readonly Linear<TSimd, TVector> _key;
    private readonly Linear<TSimd, TVector> _value;
    private readonly Linear<TSimd, TVector> _output;
    private readonly PerHeadLinear<TSimd, TVector> _outputByHead;
    private readonly PerHeadLinear<TSimd, TVector>? _query;
    private readonly float[] _queryBias = [];
    private readonly float[] _keptQueryBias = [];

    /// <param name="weights">The decoder's.</param>
    /// <param name="name">Name of the attention.</param>
    /// <param name="biasBefore">Bias of the norm before; null where the image's queries are prepared.</param>
    public CrossAttnImageToTokenWeights(DecoderWeights<TSimd, TVector> weights, string name, float[]? biasBefore)
    {
        _width = weights.Width;
        Size = weights.Outputs($"{name}.k_proj") / Heads;
        _key = weights.Linear($"{name}.k_proj", 1 / MathF.Sqrt(Size));
        _value = weights.Linear($"{name}.v_proj");
        _output = weights.Linear($"{name}.out_proj");
        _outputByHead = PerHeadLinear<TSimd, TVector>.OfOutputProjection(
            weights.Memory, weights.Weight($"{name}.out_proj"), Heads, Size);
        if (biasBefore is not null)
        {
            var query = weights.Weight($"{name}.q_proj");
            _query = PerHeadLinear<TSimd, TVector>.OfImageProjection(weights.Memory, query, Heads, Size);
            _queryBias = weights.Bias($"{name}.q_proj");

            // What is kept of image tokens that are not made lacks the norm's bias.
            _keptQueryBias = new WeightMatrix(query, _width).Multiply(biasBefore);
            TensorPrimitives.Add(_keptQueryBias, _queryBias, _keptQueryBias);
        }
    }

    /// <summary>D, channels of a head.</summary>
    public int Size { get; }

    /// <summary>
    /// Each prompt's keys and values of tokens, from those with and without the prompt's positions, [prompts T, C].
    /// </summary>
    public ShiftedKeyValues[] Begin(Arena memory, Matrix positioned, Matrix tokens, int prompts)
    {
        var (keys, values) = (_key.Apply(memory, positioned), _value.Apply(memory, tokens));
        var last = values.RowOfEach(memory, values.Count / prompts - 1, prompts);
        var origins = _output.Apply(memory, last);
        var relative = new ShiftedKeyValues[prompts];
        for (var prompt = 0; prompt < prompts; prompt++)
        {
            var relativeValues = RelativeToLast(memory, values.Part(prompt, prompts));
            relative[prompt] = new(
                RelativeToLast(memory, keys.Part(prompt, prompts)),
                relativeValues,
                last.Part(prompt, prompts),
                _outputByHead.Apply(memory, relativeValues),
                origins.Part(prompt, prompts));
        }

        return relative;
    }

    /// <summary>The attention to a prompt's tokens, of image tokens that are made.</summary>
    public ImageToTokenAttention<TSimd, TVector> Attend(Arena memory, ShiftedKeyValues tokens)
    {
        var shares = _query is null
            ? Share(memory, tokens.Keys, null)
            : new(
                memory,
                _query.Apply(memory, tokens.Keys),
                ScoreBias(memory, tokens.Keys, _queryBias),
                tokens.Keys.Count,
                groups: 1,
                depth: _width);
        return new(memory, shares, tokens.Projected, tokens.Origin, _width);
    }

    /// <summary>How cells share a prompt's tokens where their queries are known but for what is kept of them.</summary>
    /// <param name="memory">Holds keys, packed.</param>
    /// <param name="keys">[T - 1, 8 D].</param>
    /// <param name="basis">What is kept of the image's cells; null where their queries are prepared.</param>
    public ImageToTokenSoftmax<TSimd, TVector> Share(Arena memory, Matrix keys, TokenBasis<TSimd, TVector>? basis)
    {
        // Prepared queries hold their bias.
        if (basis is null)
            return new(memory, keys, memory.Allocate(1, Heads * keys.Count), keys.Count, Heads, Size);

        return new(
            memory,
            keys,
            ScoreBias(memory, keys, _keptQueryBias),
            keys.Count,
            Heads,
            Size,
            basis.PackKeys(_query!.Apply(memory, keys)),
            basis.Count);
    }

    private static Matrix RelativeToLast(Arena memory, Matrix rows)
    {
        var last = rows.Count - 1;
        var relative = memory.Allocate(last, rows.Stride);
        for (var row = 0; row < last; row++)
        {
            TensorPrimitives.Subtract(rows.Span(row), rows.Span(last), relative.Span(row));
        }

        return relative;
    }

    // bq . k of every key, [8 (T - 1)].
    private Matrix ScoreBias(Arena memory, Matrix keys, float[] queryBias)
    {
        var bias = memory.Allocate(1, Heads * keys.Count);
        for (var i = 0; i < Heads * keys.Count; i++)
        {
            var first = i / keys.Count * Size;
            bias.Data[i] = TensorPrimitives.Dot<float>(
                keys.Span(i % keys.Count).Slice(first, Size), queryBias.AsSpan(first, Size));
        }

        return bias;
    }
}
