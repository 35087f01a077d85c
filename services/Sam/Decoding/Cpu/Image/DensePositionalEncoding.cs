using System.Runtime.CompilerServices;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Image;

/// <summary>
/// The positions of the grid's cells, sine and cosine of a(column) + b(row) for each frequency. By the addition theorems
/// they come from two small tables, which stay in the caches; the whole (4 MB) would be read from memory for every use.
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

    private static int BlockWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>Where sums go: [C] in blocks of columns.</summary>
    public TiledRow TakeSums(Arena memory) => new(
        memory.AllocateUninitialized(2 * _half, Side).Data, BlockWidth, 2 * _half * BlockWidth);

    /// <summary>Adds the positions of a grid row to its image tokens [C, 64].</summary>
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
                var sum = sums.Block(column / BlockWidth) + i * sums.Stride + column % BlockWidth;
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
