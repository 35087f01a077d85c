using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Attention;

/// <summary>
/// Weights of <c>cross_attn_token_to_image</c> or <c>final_attn_token_to_image</c>. Layer 0 reads the prepared keys and
/// values K0 and V0. In the others the projections of the image side are folded into the tokens: queries become q Wk',
/// and values are projected by Wv after they are mixed, so that image tokens are not projected.
/// </summary>
internal sealed unsafe class CrossAttnTokenToImageWeights<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Heads = DecoderWeights<TSimd, TVector>.Heads;
    private const int Side = ImageGeometry.GridSide;
    private readonly int _channels;
    private readonly Linear<TSimd, TVector> _outProj;
    private readonly Matrix _vProj;

    /// <param name="weights">The decoder's weights.</param>
    /// <param name="name">Name of the attention.</param>
    /// <param name="isPrepared">True for layer 0, whose keys and values are prepared.</param>
    public CrossAttnTokenToImageWeights(DecoderWeights<TSimd, TVector> weights, string name, bool isPrepared)
    {
        _channels = weights.Channels;
        HeadSize = weights.Outputs($"{name}.q_proj") / Heads;
        QProj = weights.Linear($"{name}.q_proj", 1 / MathF.Sqrt(HeadSize));
        _outProj = weights.OutProjWithValueBias(name, weights.Bias($"{name}.v_proj"));
        if (!isPrepared)
        {
            FoldedKey = PerHeadLinear<TSimd, TVector>.FromTransposed(
                weights.Memory, weights.Weight($"{name}.k_proj"), Heads, HeadSize);
            _vProj = PackValues(weights.Memory, weights.Weight($"{name}.v_proj"));
        }
    }

    /// <summary>D, channels of a head.</summary>
    public int HeadSize { get; }

    /// <summary>D in whole vectors.</summary>
    public int PaddedHeadSize => _vProj.Stride;

    /// <summary>Projects queries and scales them by 1/sqrt(D).</summary>
    public Linear<TSimd, TVector> QProj { get; }

    /// <summary>Multiplies queries by Wk', head by head: [T, H D] to [H T, C]. Null in layer 0.</summary>
    public PerHeadLinear<TSimd, TVector>? FoldedKey { get; }

    /// <summary>Attends to the prepared keys and values of layer 0, which all prompts share.</summary>
    /// <param name="memory">Holds the result.</param>
    /// <param name="queries">Tokens with positional encoding, [prompts T, C].</param>
    /// <param name="image">The image: K0 and V0, [64, H D, 64].</param>
    /// <param name="yieldPoint">Checked between rows.</param>
    /// <returns>[prompts T, C].</returns>
    public Matrix AttendPrepared(Arena memory, Matrix queries, PreparedTokens image, YieldPoint yieldPoint)
    {
        var q = QProj.Apply(memory, queries);
        var attentions = new TokenToImageAttention<TSimd, TVector>[Heads];
        for (var head = 0; head < Heads; head++)
        {
            attentions[head] = new(
                memory, TransposeColumns(memory, q, head * HeadSize, HeadSize), q.Count, HeadSize, HeadSize);
        }

        for (var row = 0; row < Side; row++)
        {
            yieldPoint.Check();
            for (var head = 0; head < Heads; head++)
            {
                var offset = (row * Heads + head) * HeadSize * Side;
                attentions[head].AddRow(
                    new(image.Keys + offset, Side, ColumnTile<TSimd, TVector>.Width), image.Values + offset);
            }
        }

        var joined = memory.Allocate(q.Count, Heads * HeadSize);
        for (var head = 0; head < Heads; head++)
        {
            attentions[head].Finish();
            for (var token = 0; token < q.Count; token++)
            {
                for (var i = 0; i < HeadSize; i++)
                {
                    joined.Row(token)[head * HeadSize + i] = attentions[head].Mixed.Row(i)[token];
                }
            }
        }

        return _outProj.Apply(memory, joined);
    }

    /// <summary>Begins each prompt's attention to its own image tokens.</summary>
    /// <param name="memory">Holds accumulators.</param>
    /// <param name="queries">Tokens with positional encoding, [prompts T, C].</param>
    /// <param name="prompts">Number of prompts.</param>
    public TokenToImageAttention<TSimd, TVector>[] Begin(Arena memory, Matrix queries, int prompts)
    {
        var q = QProj.Apply(memory, queries);
        var attentions = new TokenToImageAttention<TSimd, TVector>[prompts];
        for (var prompt = 0; prompt < prompts; prompt++)
        {
            var folded = FoldedKey!.Apply(memory, q.Part(prompt, prompts));
            attentions[prompt] = new(
                memory, TransposeColumns(memory, folded, 0, _channels), folded.Count, _channels, _channels);
        }

        return attentions;
    }

    /// <summary>Finishes the attentions and projects their values.</summary>
    /// <returns>[prompts T, C].</returns>
    public Matrix End(Arena memory, TokenToImageAttention<TSimd, TVector>[] attentions)
    {
        var count = attentions[0].Queries / Heads;
        var joined = memory.Allocate(attentions.Length * count, Heads * HeadSize);
        for (var prompt = 0; prompt < attentions.Length; prompt++)
        {
            attentions[prompt].Finish();
            ProjectValues(memory, attentions[prompt].Mixed, joined.Part(prompt, attentions.Length));
        }

        return _outProj.Apply(memory, joined);
    }

    /// <summary>Projects mixed image tokens by each head's part of Wv and joins the heads.</summary>
    /// <param name="memory">Holds buffers.</param>
    /// <param name="mixed">[C, H T], head by head.</param>
    /// <param name="joined">Receives [T, H D].</param>
    public void ProjectValues(Arena memory, Matrix mixed, Matrix joined)
    {
        // A head's last panel also reads the next head's first tokens: those rows of the result are dropped. Columns
        // beyond D are zero in the packed Wv and add nothing to the next head's.
        var padded = memory.Allocate(joined.Count, Heads * HeadSize + PaddedHeadSize);
        for (var head = 0; head < Heads; head++)
        {
            Gemm<TSimd, TVector>.Accumulate(
                OperandA.Transposed(mixed.Data + head * joined.Count, mixed.Stride, joined.Count, _channels),
                _vProj.AsB().FromRow(head * _channels),
                padded.AsTile(0, head * HeadSize, PaddedHeadSize));
        }

        for (var token = 0; token < joined.Count; token++)
        {
            padded.Span(token, joined.Stride).CopyTo(joined.Span(token));
        }
    }

    // Columns of rows [n, ..] as rows [columns, n], zero in the padding.
    private static Matrix TransposeColumns(Arena memory, Matrix rows, int first, int columns)
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

    // [C, H D] to [H C, D]: each head's columns together.
    private Matrix PackValues(Arena memory, float[] weight)
    {
        var packed = memory.Allocate(Heads * _channels, HeadSize);
        for (var channel = 0; channel < _channels; channel++)
        {
            for (var head = 0; head < Heads; head++)
            {
                weight.AsSpan((channel * Heads + head) * HeadSize, HeadSize)
                    .CopyTo(packed.Span(head * _channels + channel, HeadSize));
            }
        }

        return packed;
    }
}
