using System.Runtime.CompilerServices;

namespace Segmentation.Sam.Numerics;

/// <summary>Packs left operands of a GEMM into panels of four rows: [rows / 4][depth][4].</summary>
internal static unsafe class PackedA
{
    private const int Width = OperandA.PanelRows;

    /// <summary>Floats of packed panels.</summary>
    public static int Length(int rows, int depth) => (rows + Width - 1) / Width * Width * depth;

    /// <summary>Memory with panels in it that were packed before.</summary>
    /// <param name="panels">[rows / 4][depth][4].</param>
    /// <param name="rows">Rows that are defined.</param>
    /// <param name="depth">Steps of the depth.</param>
    public static OperandA<Interleaved> View(float* panels, int rows, int depth) =>
        new(panels, rows, depth, depth * Width, Width);

    /// <summary>Packs all rows of a matrix, the depth along them.</summary>
    /// <param name="memory">Holds the panels.</param>
    /// <param name="source">The matrix.</param>
    /// <param name="depth">Number of its columns to pack.</param>
    public static OperandA<Interleaved> Rows(Arena memory, Matrix source, int depth) =>
        Rows(source, 0, depth, memory.AllocateUninitialized(source.Count, depth).Data);

    /// <summary>
    /// Packs some columns of all rows of a matrix, the depth along the rows; rows that are missing in the last panel
    /// are zero.
    /// </summary>
    /// <param name="source">The matrix.</param>
    /// <param name="firstColumn">First of the columns.</param>
    /// <param name="depth">Their number.</param>
    /// <param name="panels">Receives the panels, <see cref="Length"/> floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static OperandA<Interleaved> Rows(Matrix source, int firstColumn, int depth, float* panels)
    {
        var packed = View(panels, source.Count, depth);
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

        return packed;
    }

    /// <summary>Packs the columns of a matrix, the depth down them: its transpose.</summary>
    /// <param name="memory">Holds the panels.</param>
    /// <param name="source">The matrix.</param>
    /// <param name="columns">Number of its columns to pack, a multiple of 4.</param>
    /// <param name="depth">Number of its rows to pack.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static OperandA<Interleaved> Columns(Arena memory, Matrix source, int columns, int depth)
    {
        var panels = memory.AllocateUninitialized(columns, depth).Data;
        var packed = View(panels, columns, depth);
        for (var column = 0; column < columns; column += Width)
        {
            for (var step = 0; step < depth; step++, panels += Width)
            {
                new ReadOnlySpan<float>(source.Row(step) + column, Width).CopyTo(new Span<float>(panels, Width));
            }
        }

        return packed;
    }
}
