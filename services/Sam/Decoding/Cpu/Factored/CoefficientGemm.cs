using Segmentation.Masks.Geometry;
using Segmentation.Sam.Numerics;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>GEMM whose right operand are the coefficients c of a grid row's cells.</summary>
internal static unsafe class CoefficientGemm<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Side = ImageGeometry.GridSide;

    private static int TileWidth => ColumnTile<TSimd, TVector>.Width;

    /// <summary>result += a c.</summary>
    /// <param name="a">[rows, R], rows a multiple of 4.</param>
    /// <param name="coefficients">c, [R, 64].</param>
    /// <param name="result">[rows, 64].</param>
    public static void Accumulate(in OperandA<Interleaved> a, float* coefficients, float* result)
    {
        // A tile of the coefficients stays in the L1 cache for all rows.
        for (var column = 0; column < Side; column += TileWidth)
        {
            Gemm<TSimd, TVector>.Accumulate(
                a, new OperandB<float>(coefficients + column, Side), new Tile(result + column, Side, TileWidth));
        }
    }
}
