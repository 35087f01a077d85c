using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Direct;

/// <summary>
/// Weights of an attention of tokens to the image. Where the image's keys and values are not prepared, the projections of
/// the image's side are folded into the tokens (docs/model.md): queries go through the key projection, and values are
/// projected once they are mixed.
/// </summary>
internal sealed unsafe class TokenToImage<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;
    private readonly int _size;
    private readonly int _width;
    private readonly TokenLinear<TSimd, TVector> _query;
    private readonly TokenLinear<TSimd, TVector> _output;
    private readonly HeadLinear<TSimd, TVector>? _key;
    private readonly Matrix _value;

    public TokenToImage(DecoderWeights<TSimd, TVector> weights, string name, bool isPrepared)
    {
        _width = weights.Width;
        _size = weights.Outputs($"{name}.q_proj") / Heads;
        _query = weights.Linear($"{name}.q_proj", 1 / MathF.Sqrt(_size));
        _output = weights.OutputWithValueBias(name);
        if (!isPrepared)
        {
            _key = HeadLinear<TSimd, TVector>.OfImageProjection(
                weights.Memory, weights.Weight($"{name}.k_proj"), Heads, _size);
            _value = PackValue(weights.Memory, weights.Weight($"{name}.v_proj"));
        }
    }

    /// <summary>
    /// Begins each prompt's attention of tokens, with the prompt's positions in them, to its image tokens.
    /// </summary>
    public TokenAttention<TSimd, TVector>[] Begin(Arena memory, Matrix positioned, int prompts)
    {
        var queries = _query.Apply(memory, positioned);
        var attentions = new TokenAttention<TSimd, TVector>[prompts];
        for (var prompt = 0; prompt < prompts; prompt++)
        {
            var folded = _key!.Apply(memory, queries.Part(prompt, prompts));
            attentions[prompt] = new(
                memory, Transpose(memory, folded, 0, _width), folded.Count, _width, _width);
        }

        return attentions;
    }

    /// <summary>Ends them: what the tokens take from the image, [prompts T, C].</summary>
    public Matrix End(Arena memory, TokenAttention<TSimd, TVector>[] attentions)
    {
        var count = attentions[0].Queries / Heads;
        var all = memory.Take(attentions.Length * count, Heads * _size);
        for (var prompt = 0; prompt < attentions.Length; prompt++)
        {
            var joined = Join(memory, attentions[prompt], count);
            for (var token = 0; token < count; token++)
            {
                joined.Span(token, all.Stride).CopyTo(all.Span(prompt * count + token));
            }
        }

        return _output.Apply(memory, all);
    }

    // Values of heads side by side, [T, 8 D].
    private Matrix Join(Arena memory, TokenAttention<TSimd, TVector> attention, int count)
    {
        attention.Finish();

        // Four tokens at a time, the last ones of a head together with the first of the next, which are left.
        var joined = memory.Take(count, Heads * _size + _value.Stride);
        for (var head = 0; head < Heads; head++)
        {
            Product<TSimd, TVector, Interleaved, float>.Add(
                attention.Mixed.Data + head * count,
                4,
                attention.Mixed.Stride,
                joined.Rows,
                _width,
                _value.Row(head * _width),
                _value.Stride,
                joined.Data + head * _size,
                joined.Stride,
                _value.Stride);
        }

        return joined;
    }

    /// <summary>
    /// The whole of it where keys and values of the image are prepared, [64, 8 D, 64], and so are all prompts'.
    /// </summary>
    public Matrix AttendPrepared(
        Arena memory, Matrix positioned, float* keys, float* values, RowGate gate)
    {
        const int Side = ImageGeometry.GridSide;
        var queries = _query.Apply(memory, positioned);
        var attentions = new TokenAttention<TSimd, TVector>[Heads];
        for (var head = 0; head < Heads; head++)
        {
            attentions[head] = new(
                memory, Transpose(memory, queries, head * _size, _size), queries.Count, _size, _size);
        }

        for (var row = 0; row < Side; row++)
        {
            gate.Pass();
            for (var head = 0; head < Heads; head++)
            {
                var offset = (row * Heads + head) * _size * Side;
                attentions[head].Add(
                    new(keys + offset, Side, ColumnBlock<TSimd, TVector>.Width), values + offset);
            }
        }

        var joined = memory.Take(queries.Count, Heads * _size);
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
        var transposed = memory.Take(columns, rows.Count);
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
        var packed = memory.Take(Heads * _width, _size);
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
