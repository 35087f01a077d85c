using System.Numerics.Tensors;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Attention;

/// <summary>
/// Weights of <c>cross_attn_image_to_token</c>. Layer 0 reads the prepared queries Q0. In layer 1 the query projection
/// is folded into the tokens' keys, k Wq', so that image tokens are not projected. Values are projected by Wo before
/// they are mixed.
/// </summary>
internal sealed unsafe class CrossAttnImageToTokenWeights<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;
    private readonly int _channels;
    private readonly Linear<TSimd, TVector> _kProj;
    private readonly Linear<TSimd, TVector> _vProj;
    private readonly Linear<TSimd, TVector> _outProj;
    private readonly PerHeadLinear<TSimd, TVector> _outProjByHead;
    private readonly float[] _queryBias;

    /// <param name="weights">The decoder's weights.</param>
    /// <param name="name">Name of the attention.</param>
    /// <param name="isPrepared">True for layer 0, whose queries are prepared.</param>
    public CrossAttnImageToTokenWeights(DecoderWeights<TSimd, TVector> weights, string name, bool isPrepared)
    {
        _channels = weights.Channels;
        HeadSize = weights.Outputs($"{name}.k_proj") / Heads;
        _kProj = weights.Linear($"{name}.k_proj", 1 / MathF.Sqrt(HeadSize));
        _vProj = weights.Linear($"{name}.v_proj");
        _outProj = weights.Linear($"{name}.out_proj");
        _outProjByHead = PerHeadLinear<TSimd, TVector>.FromOutProj(
            weights.Memory, weights.Weight($"{name}.out_proj"), Heads, HeadSize);

        // Prepared queries have their bias in them.
        _queryBias = isPrepared ? [] : weights.Bias($"{name}.q_proj");
        FoldedQuery = isPrepared
            ? null
            : PerHeadLinear<TSimd, TVector>.FromTransposed(
                weights.Memory, weights.Weight($"{name}.q_proj"), Heads, HeadSize);
    }

    /// <summary>D, channels of a head.</summary>
    public int HeadSize { get; }

    /// <summary>Multiplies keys by Wq', head by head: [T - 1, H D] to [H (T - 1), C]. Null in layer 0.</summary>
    public PerHeadLinear<TSimd, TVector>? FoldedQuery { get; }

    /// <summary>Projects the tokens of each prompt to keys and values.</summary>
    /// <param name="memory">Holds them.</param>
    /// <param name="keys">Tokens with positional encoding, [prompts T, C].</param>
    /// <param name="values">Tokens, [prompts T, C].</param>
    /// <param name="prompts">Number of prompts.</param>
    public ShiftedKeyValues[] ProjectTokens(Arena memory, Matrix keys, Matrix values, int prompts)
    {
        var (k, v) = (_kProj.Apply(memory, keys), _vProj.Apply(memory, values));
        var last = v.RowOfEach(memory, v.Count / prompts - 1, prompts);
        var origins = _outProj.Apply(memory, last);
        var shifted = new ShiftedKeyValues[prompts];
        for (var prompt = 0; prompt < prompts; prompt++)
        {
            var shiftedValues = SubtractLast(memory, v.Part(prompt, prompts));
            shifted[prompt] = new(
                SubtractLast(memory, k.Part(prompt, prompts)),
                shiftedValues,
                last.Part(prompt, prompts),
                _outProjByHead.Apply(memory, shiftedValues),
                origins.Part(prompt, prompts));
        }

        return shifted;
    }

    /// <summary>Begins the attention of image tokens to a prompt's tokens.</summary>
    public ImageToTokenAttention<TSimd, TVector> Begin(Arena memory, ShiftedKeyValues tokens)
    {
        var softmax = FoldedQuery is null
            ? BeginByHead(memory, tokens.Keys, _queryBias)
            : new ImageToTokenSoftmax<TSimd, TVector>(
                memory,
                FoldedQuery.Apply(memory, tokens.Keys),
                ScoreBias(memory, tokens.Keys, _queryBias),
                tokens.Keys.Count,
                groups: 1,
                depth: _channels);
        return new(memory, softmax, tokens.ProjectedValues, tokens.Origin, _channels);
    }

    /// <summary>Begins the softmax where queries are projected: every head has its own.</summary>
    /// <param name="memory">Holds packed keys.</param>
    /// <param name="keys">[T - 1, H D].</param>
    /// <param name="queryBias">[H D], a bias that the queries lack; empty for none.</param>
    public ImageToTokenSoftmax<TSimd, TVector> BeginByHead(Arena memory, Matrix keys, float[] queryBias) => new(
        memory,
        keys,
        queryBias.Length == 0 ? memory.Allocate(1, Heads * keys.Count) : ScoreBias(memory, keys, queryBias),
        keys.Count,
        Heads,
        HeadSize);

    private static Matrix SubtractLast(Arena memory, Matrix rows)
    {
        var last = rows.Count - 1;
        var shifted = memory.Allocate(last, rows.Stride);
        for (var row = 0; row < last; row++)
        {
            TensorPrimitives.Subtract(rows.Span(row), rows.Span(last), shifted.Span(row));
        }

        return shifted;
    }

    // bq k' of every key, [H (T - 1)].
    private Matrix ScoreBias(Arena memory, Matrix keys, float[] queryBias)
    {
        var bias = memory.Allocate(1, Heads * keys.Count);
        for (var i = 0; i < Heads * keys.Count; i++)
        {
            var first = i / keys.Count * HeadSize;
            bias.Data[i] = TensorPrimitives.Dot<float>(
                keys.Span(i % keys.Count).Slice(first, HeadSize), queryBias.AsSpan(first, HeadSize));
        }

        return bias;
    }
}
