using System.Runtime.CompilerServices;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// LayerNorm of image tokens that are not made: its factor is of squares, of the image's part, of what the numbers kept stand
/// for with each other, and of what both have in common. It multiplies all that is kept of a cell.
/// </summary>
internal sealed unsafe class FactoredLayerNorm<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private const float Epsilon = 1e-5f;
    private readonly CrossTerm<TSimd, TVector>[] _crosses;
    private readonly int _depth;
    private readonly int _channels;
    private readonly Matrix _squares;

    /// <param name="crosses">Of the layers so far.</param>
    /// <param name="squares">Of what is kept: the upper half of the matrix, packed.</param>
    /// <param name="channels">C.</param>
    public FactoredLayerNorm(CrossTerm<TSimd, TVector>[] crosses, Matrix squares, int channels)
    {
        (_crosses, _squares, _channels) = (crosses, squares, channels);
        _depth = crosses.Sum(cross => cross.Count);
    }

    private static int BlockWidth => ColumnTile<TSimd, TVector>.Width;

    private int Layer => _crosses.Length - 1;

    /// <summary>Numbers in <see cref="Apply"/>'s scratch.</summary>
    public static int ScratchRows(int depth) => depth + 7;

    /// <summary>Normalises what is kept of a grid row's cells, in place.</summary>
    /// <param name="image">The image's part.</param>
    /// <param name="kept">[kept, 64], in rows that are a multiple of 4, zeros in the last.</param>
    /// <param name="factors">[64], of the image's part, behind the layer before.</param>
    /// <param name="scratch">[<see cref="ScratchRows"/>, 64].</param>
    public void Apply(ImageProjectionsRow image, float* kept, float* factors, float* scratch)
    {
        new Span<float>(scratch, ScratchRows(_depth) * Side).Clear();
        var moments = scratch;
        for (var layer = 0; layer <= Layer; layer++)
        {
            _crosses[layer].Add(image.Crosses(layer, Layer), moments);
            moments += _crosses[layer].Count * Side;
        }

        if (Layer > 0)
            Multiply(scratch, factors);

        for (var column = 0; column < Side; column += BlockWidth)
        {
            AddSquares(kept + column, scratch + column);
        }

        Normalise(image.Squares(Layer), factors, scratch, kept);
    }

    private void AddSquares(float* kept, float* moments)
    {
        for (var first = 0; first < _depth; first += 4)
        {
            Gemm<TSimd, TVector, Interleaved, float>.Add(
                _squares.Data + first * (_depth + 4),
                0,
                4,
                4,
                _depth - first,
                kept + first * Side,
                Side,
                moments + first * Side,
                Side,
                BlockWidth);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(float* moments, float* factors)
    {
        for (var end = moments + _depth * Side; moments < end; moments += Side)
        {
            for (var column = 0; column < Side; column += TSimd.Count)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Load(moments + column), TSimd.Load(factors + column)), moments + column);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Normalise(float* ofImage, float* factors, float* moments, float* kept)
    {
        var end = _depth * Side;
        for (var column = 0; column < Side; column += TSimd.Count)
        {
            var squares = TSimd.Load(ofImage + column);
            if (Layer > 0)
            {
                var before = TSimd.Load(factors + column);
                squares = TSimd.Multiply(squares, TSimd.Multiply(before, before));
            }

            for (var i = column; i < end; i += Side)
            {
                squares = TSimd.MultiplyAdd(TSimd.Load(kept + i), TSimd.Load(moments + i), squares);
            }

            // Where little is left of large parts, rounding may leave less than nothing.
            var variance = TSimd.Multiply(TSimd.Max(squares, TSimd.Create(0)), TSimd.Create(1f / _channels));
            var factor = TSimd.Divide(TSimd.Create(1), TSimd.Sqrt(TSimd.Add(variance, TSimd.Create(Epsilon))));
            for (var i = column; i < end; i += Side)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Load(kept + i), factor), kept + i);
            }
        }
    }
}
