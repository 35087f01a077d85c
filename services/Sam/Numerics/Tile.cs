namespace Segmentation.Sam.Numerics;

/// <summary>
/// Result C of a <see cref="Gemm{TSimd, TVector}"/>, or a part of it, row-major. It has as many rows as the left
/// operand in whole panels: up to three more than A defines are written.
/// </summary>
/// <param name="data">Element (0, 0).</param>
/// <param name="stride">Floats from a row to the next.</param>
/// <param name="columns">Columns: whole vectors.</param>
internal readonly unsafe struct Tile(float* data, nint stride, int columns)
{
    /// <summary>Element (0, 0).</summary>
    public float* Data { get; } = data;

    /// <summary>Floats from a row to the next.</summary>
    public nint Stride { get; } = stride;

    /// <summary>Columns: whole vectors.</summary>
    public int Columns { get; } = columns;
}
