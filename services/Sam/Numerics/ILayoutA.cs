namespace Segmentation.Sam.Numerics;

/// <summary>Memory layout of a GEMM's left operand: a type, so that the kernels' addresses are constants.</summary>
internal interface ILayoutA
{
    /// <summary>Floats from a row of a panel to the next.</summary>
    static abstract int RowStride { get; }
}

/// <summary>
/// Layout in which the four rows of a panel lie side by side at every step of the depth: packed panels, or four columns
/// of a row-major matrix that is read as its transpose.
/// </summary>
internal readonly struct Interleaved : ILayoutA
{
    public static int RowStride => 1;
}

/// <summary>Row-major layout with 64 floats a row, the depth along the row.</summary>
internal readonly struct Rows64 : ILayoutA
{
    public static int RowStride => 64;
}

/// <summary>Row-major layout with 208 floats a row, the depth along the row.</summary>
internal readonly struct Rows208 : ILayoutA
{
    public static int RowStride => 208;
}
