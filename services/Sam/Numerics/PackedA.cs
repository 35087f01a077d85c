using System.Runtime.CompilerServices;

namespace Segmentation.Sam.Numerics;

/// <summary>Packs left operands of products: panels of four rows, [rows / 4][depth][4].</summary>
internal static unsafe class PackedA
{
    private const int Width = 4;

    /// <summary>Numbers of packed panels.</summary>
    public static int Length(int rows, int depth) => (rows + Width - 1) / Width * Width * depth;

    /// <summary>Packs rows of a matrix, the depth along them; rows that are missing in the last panel are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackRows(Matrix source, int firstColumn, int depth, float* panels)
    {
        for (var row = 0; row < source.Count; row += Width, panels += Width * depth)
        {
            for (var inPanel = 0; inPanel < Width; inPanel++)
            {
                var from = source.Row(row + inPanel) + firstColumn;
                var isThere = row + inPanel < source.Count;
                for (var step = 0; step < depth; step++)
                {
                    panels[step * Width + inPanel] = isThere ? from[step] : 0;
                }
            }
        }
    }

    /// <summary>Packs columns of a matrix, a multiple of 4, the depth down them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackColumns(Matrix source, int depth, int columns, float* panels)
    {
        for (var column = 0; column < columns; column += Width)
        {
            for (var step = 0; step < depth; step++, panels += Width)
            {
                new ReadOnlySpan<float>(source.Row(step) + column, Width).CopyTo(new Span<float>(panels, Width));
            }
        }
    }
}
