using System.Numerics.Tensors;
using Segmentation.Sam.Decoding.Cpu.Attention;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>A prompt on its way through layers whose image tokens are not made: what is kept of each cell.</summary>
internal sealed unsafe class ImageTokenFactors<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly FoldedNormScales _norms;
    private readonly int _rows;
    private readonly int _ofLayer;
    private readonly Matrix _kept;
    private CrossTerm<TSimd, TVector>[] _crosses = [];
    private ImageToTokenSoftmax<TSimd, TVector>? _shares;
    private FactoredLayerNorm<TSimd, TVector>? _norm;

    /// <param name="memory">Holds what is kept.</param>
    /// <param name="norms">Norms behind the layers.</param>
    /// <param name="others">Tokens less one.</param>
    public ImageTokenFactors(Arena memory, FoldedNormScales norms, int others)
    {
        (_norms, _ofLayer, Depth) = (norms, KeptOfLayer(others), 2 * KeptOfLayer(others));
        _rows = (Depth + 3) & ~3;
        _kept = memory.AllocateUninitialized(Side * _rows, Side);
    }

    /// <summary>Numbers kept of a cell behind both layers.</summary>
    public int Depth { get; }

    /// <summary>What is kept stands for this, behind the last layer that was added; nothing before the first.</summary>
    public TokenBasis<TSimd, TVector>? Basis { get; private set; }

    /// <summary>Tokens attend to the image behind that layer.</summary>
    public FactoredCrossAttention<TSimd, TVector>? ToImage { get; set; }

    private int Layer => _crosses.Length - 1;

    /// <summary>Numbers kept of a cell in each layer: shares of the tokens, and one.</summary>
    public static int KeptOfLayer(int others) => DecoderWeights<TSimd, TVector>.Heads * others + 1;

    /// <summary>What is kept of a grid row's cells, [depth, 64].</summary>
    public float* Kept(int row) => _kept.Row(row * _rows);

    /// <summary>The image's part times these, behind the last layer: [64].</summary>
    public float* Factors(int row) => Kept(row) + (_ofLayer - 1) * Side;

    /// <summary>Adds a layer.</summary>
    /// <param name="memory">Holds what is made of it.</param>
    /// <param name="weights">The image's attention to tokens.</param>
    /// <param name="tokens">The tokens.</param>
    public void Add(Arena memory, CrossAttnImageToTokenWeights<TSimd, TVector> weights, ShiftedKeyValues tokens)
    {
        _shares = weights.Share(memory, tokens.Keys, Basis);
        _crosses = [.. _crosses, new(memory, tokens.Values, tokens.Last, weights.Size)];
        var rows = TakeRows(memory, tokens);
        for (var row = 0; row < rows.Count; row++)
        {
            var values = rows.Span(row);
            TensorPrimitives.Subtract(values, TensorPrimitives.Sum<float>(values) / values.Length, values);
        }

        _norm = new(_crosses, new TokenBasis<TSimd, TVector>(memory, rows).PackSquares(), rows.Stride);
        for (var row = 0; row < rows.Count; row++)
        {
            TensorPrimitives.Multiply(rows.Span(row), _norms.Scales[Layer], rows.Span(row));
        }

        Basis = new(memory, rows);
    }

    /// <summary>Takes a grid row through the last layer that was added.</summary>
    /// <param name="row">The row.</param>
    /// <param name="queries">Queries of the image, [8 D, 64], with what positions add to them.</param>
    /// <param name="image">The image's part.</param>
    /// <param name="scratch">[<see cref="FactoredLayerNorm{TSimd, TVector}.ScratchRows"/>, 64].</param>
    public void Pass(int row, TiledRow queries, ImageProjectionsRow image, float* scratch)
    {
        var kept = Kept(row);
        var (first, end) = (Layer * _ofLayer, (Layer + 1) * _ofLayer);
        _shares!.Set(queries, kept, kept + first * Side);
        new Span<float>(kept + (end - 1) * Side, Side).Fill(1);
        new Span<float>(kept + end * Side, (((end + 3) & ~3) - end) * Side).Clear();
        _norm!.Apply(image, kept, Factors(row), scratch);
    }

    // What was kept before, this layer's values, and what all cells take.
    private Matrix TakeRows(Arena memory, ShiftedKeyValues tokens)
    {
        var before = Basis?.Count ?? 0;
        var rows = memory.Allocate(before + _ofLayer, tokens.Origin.Stride);
        for (var row = 0; row < before; row++)
        {
            Basis!.Rows.Span(row).CopyTo(rows.Span(row));
        }

        for (var row = 0; row < _ofLayer - 1; row++)
        {
            tokens.Projected.Span(row).CopyTo(rows.Span(before + row));
        }

        var last = rows.Span(before + _ofLayer - 1);
        tokens.Origin.Span(0).CopyTo(last);
        if (Layer > 0)
            TensorPrimitives.Add(last, _norms.Biases[Layer - 1], last);

        return rows;
    }
}
