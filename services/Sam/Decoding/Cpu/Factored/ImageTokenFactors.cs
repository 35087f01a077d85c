using System.Numerics.Tensors;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Decoding.Cpu.Attention;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// Image tokens of one prompt in factored form: f u + c B (+ b). Holds the coefficients c of every cell and the basis
/// B; the image part u is in the image projections.
/// </summary>
internal sealed unsafe class ImageTokenFactors<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Layers = 2;
    private const int Side = ImageGeometry.GridSide;
    private readonly FoldedNormScales _norms;
    private readonly int _rankOfLayer;
    private readonly int _paddedRank;
    private readonly Matrix _coefficients;
    private readonly CrossTerm<TSimd, TVector>[] _crossTerms = new CrossTerm<TSimd, TVector>[Layers];
    private FactoredSoftmax<TSimd, TVector> _softmax;
    private FactoredLayerNorm<TSimd, TVector>? _norm4;

    /// <param name="memory">Holds the coefficients.</param>
    /// <param name="norms">Norms of both layers.</param>
    /// <param name="tokens">T.</param>
    public ImageTokenFactors(Arena memory, FoldedNormScales norms, int tokens)
    {
        (_norms, _rankOfLayer, Rank) = (norms, RankOfLayer(tokens), MaxRank(tokens));
        _paddedRank = (Rank + 3) & ~3;
        _coefficients = memory.AllocateUninitialized(Side * _paddedRank, Side);
    }

    /// <summary>R after both layers.</summary>
    public int Rank { get; }

    /// <summary>B after the last layer that was appended; null before the first.</summary>
    public TokenBasis<TSimd, TVector>? Basis { get; private set; }

    /// <summary>R after both layers for prompts of T tokens.</summary>
    public static int MaxRank(int tokens) => Layers * RankOfLayer(tokens);

    /// <summary>Coefficients c of a grid row's cells, [R, 64], in rows that are a multiple of 4.</summary>
    public float* Coefficients(int row) => _coefficients.Row(row * _paddedRank);

    /// <summary>
    /// Image factors f of a grid row's cells, [64]: the coefficient of layer 0's origin, which begins as 1 and is
    /// multiplied by r of every layer, as f is.
    /// </summary>
    public float* ImageFactor(int row) => Coefficients(row) + (_rankOfLayer - 1) * Side;

    /// <summary>Appends the basis rows of a layer: V and o.</summary>
    /// <param name="layer">0 or 1, in order.</param>
    /// <param name="memory">Holds the basis.</param>
    /// <param name="weights">Weights of the image's attention to tokens in that layer.</param>
    /// <param name="tokens">The prompt's tokens.</param>
    public void Append(
        int layer, Arena memory, FactoredImageToTokenWeights<TSimd, TVector> weights, in ShiftedKeyValues tokens)
    {
        _softmax = weights.Begin(memory, tokens.Keys, Basis);
        _crossTerms[layer] = new(memory, tokens, weights.HeadSize);
        var rows = JoinRows(layer, memory, tokens);
        for (var row = 0; row < rows.Count; row++)
        {
            // P
            var values = rows.Span(row);
            TensorPrimitives.Subtract(values, TensorPrimitives.Sum<float>(values) / values.Length, values);
        }

        _norm4 = new(layer, _crossTerms, new TokenBasis<TSimd, TVector>(memory, rows).PackGram(), rows.Stride);
        for (var row = 0; row < rows.Count; row++)
        {
            // s
            TensorPrimitives.Multiply(rows.Span(row), _norms.Scales[layer], rows.Span(row));
        }

        Basis = new(memory, rows);
    }

    /// <summary>
    /// Applies the layer that was appended last to a grid row: attention to tokens, residual and norm4.
    /// </summary>
    /// <param name="layer">That layer.</param>
    /// <param name="row">Grid row.</param>
    /// <param name="queries">f u Wq with positional encoding, [H D, 64]; Q0 in layer 0.</param>
    /// <param name="image">The image projections of the row.</param>
    /// <param name="scratch">[<see cref="FactoredLayerNorm{TSimd, TVector}.ScratchRows"/>, 64].</param>
    public void ApplyLayer(int layer, int row, TiledRow queries, ImageProjectionsRow image, float* scratch)
    {
        var coefficients = Coefficients(row);
        var (first, end) = (layer * _rankOfLayer, (layer + 1) * _rankOfLayer);
        _softmax.SetWeights(queries, coefficients, coefficients + first * Side);
        new Span<float>(coefficients + (end - 1) * Side, Side).Fill(1);
        new Span<float>(coefficients + end * Side, (((end + 3) & ~3) - end) * Side).Clear();
        _norm4!.Apply(image, coefficients, ImageFactor(row), scratch);
    }

    // H (T - 1) rows of V, and o.
    private static int RankOfLayer(int tokens) => DecoderWeights<TSimd, TVector>.Heads * (tokens - 1) + 1;

    // The rows before, V, and o with b of the norm before.
    private Matrix JoinRows(int layer, Arena memory, in ShiftedKeyValues tokens)
    {
        var before = Basis?.Rank ?? 0;
        var rows = memory.Allocate(before + _rankOfLayer, tokens.Origin.Stride);
        for (var row = 0; row < before; row++)
        {
            Basis!.Rows.Span(row).CopyTo(rows.Span(row));
        }

        for (var row = 0; row < _rankOfLayer - 1; row++)
        {
            tokens.ProjectedValues.Span(row).CopyTo(rows.Span(before + row));
        }

        var origin = rows.Span(before + _rankOfLayer - 1);
        tokens.Origin.Span(0).CopyTo(origin);
        if (layer > 0)
        {
            TensorPrimitives.Add(origin, _norms.Biases[layer - 1], origin);
        }

        return rows;
    }
}
