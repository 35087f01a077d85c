namespace Segmentation.Sam.Numerics;

/// <summary>Row-major layout with 64 floats a row, the depth along the row.</summary>
internal readonly struct Rows64 : ILayoutA
{
    public static int RowStride => 64;
}
