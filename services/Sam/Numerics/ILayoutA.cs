namespace Segmentation.Sam.Numerics;

/// <summary>Memory layout of a GEMM's left operand: a type, so that the kernels' addresses are constants.</summary>
internal interface ILayoutA
{
    /// <summary>Floats from a row of a panel to the next.</summary>
    static abstract int RowStride { get; }
}
