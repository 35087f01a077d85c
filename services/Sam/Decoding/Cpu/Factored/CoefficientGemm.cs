using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>Products with what is kept of a grid row's cells.</summary>
internal static unsafe class CoefficientGemm<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;

    private static int BlockWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>Adds a product.</summary>
    /// <param name="panels">[rows, depth], packed.</param>
    /// <param name="rows">A multiple of 4.</param>
    /// <param name="depth">Numbers kept of a cell.</param>
    /// <param name="kept">[depth, 64].</param>
    /// <param name="result">[rows, 64].</param>
    public static void Add(Matrix panels, int rows, int depth, float* kept, float* result)
    {
        // A few columns of what is kept stay in the nearest cache for all rows.
        for (var column = 0; column < Side; column += BlockWidth)
        {
            Gemm<TSimd, TVector, Interleaved, float>.Add(
                panels.Data, depth * 4, 4, rows, depth, kept + column, Side, result + column, Side, BlockWidth);
        }
    }
}
