using System.Numerics.Tensors;
using Segmentation.Sam.Decoding.Cpu.Factored;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Decoding.Cpu.Attention;

/// <summary>
/// Weights of an attention of tokens to the image. Where the image's keys and values are not prepared, the projections of
/// the image's side are folded into the tokens (docs/model.md): queries go through the key projection, and values are
/// projected once they are mixed.
/// </summary>
internal sealed unsafe class CrossAttnTokenToImageWeights<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;
    private readonly int _size;
    private readonly int _width;
    private readonly Linear<TSimd, TVector> _query;
    private readonly Linear<TSimd, TVector> _output;
    private readonly PerHeadLinear<TSimd, TVector>? _key;
    private readonly Matrix _value;

    /// <param name="weights">The decoder's.</param>
    /// <param name="name">Name of the attention.</param>
    /// <param name="biasBefore">Bias of the norm before; null where the image's keys and values are prepared.</param>
    public CrossAttnTokenToImageWeights(DecoderWeights<TSimd, TVector> weights, string name, float[]? biasBefore)
    {
        _width = weights.Width;
        _size = weights.Outputs($"{name}.q_proj") / Heads;
        _query = weights.Linear($"{name}.q_proj", 1 / MathF.Sqrt(_size));
        var bias = weights.Bias($"{name}.v_proj");
        _output = weights.OutputWithValueBias(name, bias);
        if (biasBefore is not null)
        {
            _key = PerHeadLinear<TSimd, TVector>.OfImageProjection(
                weights.Memory, weights.Weight($"{name}.k_proj"), Heads, _size);
            var value = weights.Weight($"{name}.v_proj");
            _value = PackValue(weights.Memory, value);

            // What is kept of image tokens that are not made lacks the norm's bias.
            var kept = new WeightMatrix(value, _width).Multiply(biasBefore);
            TensorPrimitives.Add(kept, bias, kept);
            Kept = new(this, _query, _key, weights.OutputWithValueBias(name, kept), _size, _value.Stride);
        }
    }

    /// <summary>The same for image tokens that are not made; null where keys and values are prepared.</summary>
    public FactoredKeyValues<TSimd, TVector>? Kept { get; }

    /// <summary>
    /// Begins each prompt's attention of tokens, with the prompt's positions in them, to its image tokens.
    /// </summary>
    public TokenToImageAttention<TSimd, TVector>[] Begin(Arena memory, Matrix positioned, int prompts)
    {
        var queries = _query.Apply(memory, positioned);
        var attentions = new TokenToImageAttention<TSimd, TVector>[prompts];
        for (var prompt = 0; prompt < prompts; prompt++)
        {
            var folded = _key!.Apply(memory, queries.Part(prompt, prompts));
            attentions[prompt] = new(
                memory, Transpose(memory, folded, 0, _width), folded.Count, _width, _width);
        }

        return attentions;
    }

    /// <summary>Ends them: what the tokens take from the image, [prompts T, C].</summary>
    public Matrix End(Arena memory, TokenToImageAttention<TSimd, TVector>[] attentions)
    {
        var count = attentions[0].Queries / Heads;
        var all = memory.Allocate(attentions.Length * count, Heads * _size);
        for (var prompt = 0; prompt < attentions.Length; prompt++)
        {
            attentions[prompt].Finish();
            Join(memory, attentions[prompt].Mixed, all.Part(prompt, attentions.Length));
        }

        return _output.Apply(memory, all);
    }

    /// <summary>Values of heads side by side, [T, 8 D], of what all heads mixed, [C, 8 T].</summary>
    public void Join(Arena memory, Matrix mixed, Matrix joined)
    {
        // Four tokens at a time, the last ones of a head together with the first of the next, which are left.
        var spacious = memory.Allocate(joined.Count, Heads * _size + _value.Stride);
        for (var head = 0; head < Heads; head++)
        {
            Gemm<TSimd, TVector, Interleaved, float>.Add(
                mixed.Data + head * joined.Count,
                4,
                mixed.Stride,
                spacious.Rows,
                _width,
                _value.Row(head * _width),
                _value.Stride,
                spacious.Data + head * _size,
                spacious.Stride,
                _value.Stride);
        }

        for (var token = 0; token < joined.Count; token++)
        {
            spacious.Span(token, joined.Stride).CopyTo(joined.Span(token));
        }
    }

    /// <summary>
    /// The whole of it where keys and values of the image are prepared, [64, 8 D, 64], and so are all prompts'.
    /// </summary>
    public Matrix AttendPrepared(
        Arena memory, Matrix positioned, float* keys, float* values, YieldPoint yieldPoint)
    {
        const int Side = ImageGeometry.GridSide;
        var queries = _query.Apply(memory, positioned);
        var attentions = new TokenToImageAttention<TSimd, TVector>[Heads];
        for (var head = 0; head < Heads; head++)
        {
            attentions[head] = new(
                memory, Transpose(memory, queries, head * _size, _size), queries.Count, _size, _size);
        }

        for (var row = 0; row < Side; row++)
        {
            yieldPoint.Check();
            for (var head = 0; head < Heads; head++)
            {
                var offset = (row * Heads + head) * _size * Side;
                attentions[head].Add(
                    new(keys + offset, Side, ColumnTile<TSimd, TVector>.Width), values + offset);
            }
        }

        var joined = memory.Allocate(queries.Count, Heads * _size);
        for (var head = 0; head < Heads; head++)
        {
            attentions[head].Finish();
            for (var token = 0; token < queries.Count; token++)
            {
                for (var i = 0; i < _size; i++)
                {
                    joined.Row(token)[head * _size + i] = attentions[head].Mixed.Row(i)[token];
                }
            }
        }

        return _output.Apply(memory, joined);
    }

    // Columns of rows [n, ..] as rows [columns, n].
    private static Matrix Transpose(Arena memory, Matrix rows, int first, int columns)
    {
        var transposed = memory.Allocate(columns, rows.Count);
        for (var row = 0; row < rows.Count; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                transposed.Row(column)[row] = rows.Row(row)[first + column];
            }
        }

        return transposed;
    }

    // [C, 8 D] to [8 C, D]: head h's columns together.
    private Matrix PackValue(Arena memory, float[] weight)
    {
        var packed = memory.Allocate(Heads * _width, _size);
        for (var channel = 0; channel < _width; channel++)
        {
            for (var head = 0; head < Heads; head++)
            {
                weight.AsSpan((channel * Heads + head) * _size, _size)
                    .CopyTo(packed.Span(head * _width + channel, _size));
            }
        }

        return packed;
    }
}
