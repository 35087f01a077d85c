namespace Segmentation.Sam.Numerics;

/// <summary>
/// Layout in which the four rows of a panel lie side by side at every step of the depth: packed panels, or four columns
/// of a row-major matrix that is read as its transpose.
/// </summary>
internal readonly struct Interleaved : ILayoutA
{
    public static int RowStride => 1;
}
