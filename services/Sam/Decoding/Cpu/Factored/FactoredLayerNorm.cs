using System.Runtime.CompilerServices;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Decoding.Cpu.Layers;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// LayerNorm of image tokens in factored form, f u + c B. Centring is in the image projections and in the basis, so the
/// variance alone is missing:
/// <code>
/// sigma^2 = (f^2 |u P|^2 + 2 f X c' + c G c') / C        X: cross term, G: Gram matrix of the centred basis
/// </code>
/// f is a coefficient itself (<see cref="ImageTokenFactors{TSimd, TVector}.ImageFactor"/>), so multiplying all
/// coefficients by r = 1/sigma multiplies f too.
/// </summary>
internal sealed unsafe class FactoredLayerNorm<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly int _layer;
    private readonly CrossTerm<TSimd, TVector>[] _crossTerms;
    private readonly OperandA<Interleaved> _gram;
    private readonly int _channels;

    /// <param name="layer">0 or 1.</param>
    /// <param name="crossTerms">Of this layer and those before.</param>
    /// <param name="gram">G, packed by <see cref="TokenBasis{TSimd, TVector}.PackGram"/>.</param>
    /// <param name="channels">C.</param>
    public FactoredLayerNorm(
        int layer, CrossTerm<TSimd, TVector>[] crossTerms, OperandA<Interleaved> gram, int channels) =>
        (_layer, _crossTerms, _gram, _channels) = (layer, crossTerms, gram, channels);

    private static int TileWidth => ColumnTile<TSimd, TVector>.Width;

    private int Rank => _gram.Depth;

    /// <summary>Rows of 64 floats that <see cref="Apply"/> needs as scratch.</summary>
    public static int ScratchRows(int rank) => rank + 7;

    /// <summary>Normalises the image tokens of a grid row, in place.</summary>
    /// <param name="image">The image projections of the row.</param>
    /// <param name="coefficients">c, [R, 64], in rows that are a multiple of 4, zeros in the last.</param>
    /// <param name="imageFactors">f before this layer, [64]; in layer 0 it is 1 and not read.</param>
    /// <param name="scratch">[<see cref="ScratchRows"/>, 64].</param>
    public void Apply(ImageProjectionsRow image, float* coefficients, float* imageFactors, float* scratch)
    {
        new Span<float>(scratch, ScratchRows(Rank) * Side).Clear();

        // 2 f X
        var next = scratch;
        for (var layer = 0; layer <= _layer; layer++)
        {
            _crossTerms[layer].Accumulate(image.CrossTerm(layer, _layer), next);
            next += _crossTerms[layer].Rank * Side;
        }

        if (_layer > 0)
        {
            MultiplyRows(scratch, imageFactors);
        }

        // + G c'
        for (var column = 0; column < Side; column += TileWidth)
        {
            AccumulateGram(new(coefficients + column, Side), new(scratch + column, Side, TileWidth));
        }

        Normalise(image.SquaredNorms(_layer), imageFactors, scratch, coefficients);
    }

    // The triangle above the diagonal, four rows at a time.
    private void AccumulateGram(OperandB<float> coefficients, Tile result)
    {
        for (var first = 0; first < Rank; first += OperandA.PanelRows)
        {
            Gemm<TSimd, TVector>.Accumulate(
                _gram.SliceRows(first, OperandA.PanelRows).SliceDepth(first, Rank - first),
                coefficients.FromRow(first),
                new Tile(result.Data + first * Side, Side, result.Columns));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MultiplyRows(float* rows, float* factors)
    {
        for (var end = rows + Rank * Side; rows < end; rows += Side)
        {
            for (var column = 0; column < Side; column += TSimd.Count)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Load(rows + column), TSimd.Load(factors + column)), rows + column);
            }
        }
    }

    // products: 2 f X + G c', of which the scalar product with c is taken.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Normalise(float* squaredNorms, float* imageFactors, float* products, float* coefficients)
    {
        var end = Rank * Side;
        for (var column = 0; column < Side; column += TSimd.Count)
        {
            var squares = TSimd.Load(squaredNorms + column);
            if (_layer > 0)
            {
                var f = TSimd.Load(imageFactors + column);
                squares = TSimd.Multiply(squares, TSimd.Multiply(f, f));
            }

            for (var i = column; i < end; i += Side)
            {
                squares = TSimd.MultiplyAdd(TSimd.Load(coefficients + i), TSimd.Load(products + i), squares);
            }

            // Large terms that cancel may leave a negative rounding error.
            var variance = TSimd.Multiply(TSimd.Max(squares, TSimd.Create(0)), TSimd.Create(1f / _channels));
            var r = TSimd.Divide(
                TSimd.Create(1), TSimd.Sqrt(TSimd.Add(variance, TSimd.Create(LayerNorm.Epsilon))));
            for (var i = column; i < end; i += Side)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Load(coefficients + i), r), coefficients + i);
            }
        }
    }
}
