namespace Segmentation.Sam.Numerics;

/// <summary>
/// Right operand B of a <see cref="Gemm{TSimd, TVector}"/>, row-major: the depth down its rows. Its extent follows from
/// the other operands: A's depth and C's columns.
/// </summary>
/// <typeparam name="TNumber">float or short.</typeparam>
/// <param name="data">Element (0, 0).</param>
/// <param name="stride">Numbers from a row to the next.</param>
internal readonly unsafe struct OperandB<TNumber>(TNumber* data, nint stride)
    where TNumber : unmanaged
{
    /// <summary>Element (0, 0).</summary>
    public TNumber* Data { get; } = data;

    /// <summary>Numbers from a row to the next.</summary>
    public nint Stride { get; } = stride;

    /// <summary>The operand from a row on.</summary>
    public OperandB<TNumber> FromRow(int row) => new(Data + row * Stride, Stride);

    /// <summary>The operand from a column on.</summary>
    public OperandB<TNumber> FromColumn(int column) => new(Data + column, Stride);
}
