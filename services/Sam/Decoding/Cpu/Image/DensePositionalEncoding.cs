using System.Runtime.CompilerServices;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Image;

/// <summary>
/// Positional encoding pe of the grid's cells: sine and cosine of a(column) + b(row) for each frequency. By the
/// addition theorems they follow from two small tables, which stay in the caches; the full encoding (4 MB) would be
/// read from memory at every use. Reference: <c>PromptEncoder.get_dense_pe</c>.
/// </summary>
internal sealed unsafe class DensePositionalEncoding<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;
    private readonly int _half;
    private readonly Matrix _columns;
    private readonly Matrix _rows;

    /// <param name="memory">Holds the tables.</param>
    /// <param name="frequencies">[2, C/2]: of x, of y.</param>
    public DensePositionalEncoding(Arena memory, float[] frequencies)
    {
        _half = frequencies.Length / 2;
        _columns = memory.Allocate(2 * _half, Side);
        _rows = memory.Allocate(Side, 2 * _half);
        for (var i = 0; i < _half; i++)
        {
            for (var cell = 0; cell < Side; cell++)
            {
                var centre = 2 * Math.PI * (2 * (cell + 0.5) / Side - 1);
                var (sine, cosine) = Math.SinCos(centre * frequencies[i]);
                (_columns.Row(2 * i)[cell], _columns.Row(2 * i + 1)[cell]) = ((float)sine, (float)cosine);
                (sine, cosine) = Math.SinCos(centre * frequencies[_half + i]);
                (_rows.Row(cell)[2 * i], _rows.Row(cell)[2 * i + 1]) = ((float)sine, (float)cosine);
            }
        }
    }

    private static int TileWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>Allocates the result of <see cref="Add"/>: [C, 64], in tiles of columns.</summary>
    public TiledRow AllocateSums(Arena memory) => new(
        memory.AllocateUninitialized(2 * _half, Side).Data, TileWidth, 2 * _half * TileWidth);

    /// <summary>Adds the positional encoding of a grid row.</summary>
    /// <param name="tokens">Its image tokens, [C, 64].</param>
    /// <param name="row">Grid row.</param>
    /// <param name="sums">Receives the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(float* tokens, int row, TiledRow sums)
    {
        var cosines = (nint)_half * Side;
        var cosinesOfSums = _half * sums.Stride;
        for (var i = 0; i < _half; i++)
        {
            var sineOfRow = TSimd.Create(_rows.Row(row)[2 * i]);
            var cosineOfRow = TSimd.Create(_rows.Row(row)[2 * i + 1]);
            var minusSine = TSimd.Create(-_rows.Row(row)[2 * i]);
            for (var column = 0; column < Side; column += TSimd.Count, tokens += TSimd.Count)
            {
                var sum = sums.Start(column / TileWidth) + i * sums.Stride + column % TileWidth;
                var sine = TSimd.Load(_columns.Row(2 * i) + column);
                var cosine = TSimd.Load(_columns.Row(2 * i + 1) + column);
                TSimd.Store(
                    TSimd.MultiplyAdd(
                        sine, cosineOfRow, TSimd.MultiplyAdd(cosine, sineOfRow, TSimd.Load(tokens))),
                    sum);
                TSimd.Store(
                    TSimd.MultiplyAdd(
                        cosine, cosineOfRow, TSimd.MultiplyAdd(sine, minusSine, TSimd.Load(tokens + cosines))),
                    sum + cosinesOfSums);
            }
        }
    }
}
