namespace Segmentation.Sam.Numerics;

/// <summary>
/// Left operand A [rows, depth] of a <see cref="Gemm{TSimd, TVector}"/>, read in panels of four rows. Element (row,
/// step) lies at <c>Data + row / 4 * PanelStride + row % 4 * TLayout.RowStride + step * DepthStride</c>.
/// </summary>
/// <param name="data">Element (0, 0).</param>
/// <param name="rows">Rows that are defined. A GEMM computes whole panels, so the last one must be readable.</param>
/// <param name="depth">Steps of the depth.</param>
/// <param name="panelStride">Floats from a panel to the next.</param>
/// <param name="depthStride">Floats from a step of the depth to the next.</param>
internal readonly unsafe struct OperandA<TLayout>(
    float* data, int rows, int depth, nint panelStride, nint depthStride)
    where TLayout : struct, ILayoutA
{
    /// <summary>Element (0, 0).</summary>
    public float* Data { get; } = data;

    /// <summary>Rows that are defined.</summary>
    public int Rows { get; } = rows;

    /// <summary>Steps of the depth.</summary>
    public int Depth { get; } = depth;

    /// <summary>Floats from a panel to the next.</summary>
    public nint PanelStride { get; } = panelStride;

    /// <summary>Floats from a step of the depth to the next.</summary>
    public nint DepthStride { get; } = depthStride;

    /// <summary>Rows in whole panels: a GEMM computes so many rows of C.</summary>
    public int PaddedRows => (Rows + OperandA.PanelRows - 1) & -OperandA.PanelRows;

    /// <summary>First element of the panel that begins with a row, which is a multiple of 4.</summary>
    public float* Panel(int row) => Data + (nint)((uint)row / OperandA.PanelRows) * PanelStride;

    /// <summary>Some of the rows.</summary>
    /// <param name="first">First row, a multiple of 4.</param>
    /// <param name="count">Their number.</param>
    public OperandA<TLayout> SliceRows(int first, int count) =>
        new(Panel(first), count, Depth, PanelStride, DepthStride);

    /// <summary>All rows at some steps of the depth.</summary>
    /// <param name="first">First step.</param>
    /// <param name="count">Their number.</param>
    public OperandA<TLayout> SliceDepth(int first, int count) =>
        new(Data + first * DepthStride, Rows, count, PanelStride, DepthStride);
}

/// <summary>Left operands that need no packing.</summary>
internal static unsafe class OperandA
{
    /// <summary>Rows of a panel.</summary>
    public const int PanelRows = 4;

    /// <summary>Columns of a row-major matrix [depth, rows], read as its transpose.</summary>
    /// <param name="matrix">Element (0, 0) of the matrix.</param>
    /// <param name="stride">Floats from a row of the matrix to the next.</param>
    /// <param name="rows">Columns of the matrix.</param>
    /// <param name="depth">Rows of the matrix.</param>
    public static OperandA<Interleaved> Transposed(float* matrix, nint stride, int rows, int depth) =>
        new(matrix, rows, depth, PanelRows, stride);

    /// <summary>Rows of a row-major matrix whose stride is a constant.</summary>
    /// <param name="matrix">Element (0, 0) of the matrix.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="depth">Its columns, or the first of them.</param>
    public static OperandA<TLayout> RowMajor<TLayout>(float* matrix, int rows, int depth)
        where TLayout : struct, ILayoutA =>
        new(matrix, rows, depth, PanelRows * TLayout.RowStride, 1);
}
