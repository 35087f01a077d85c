namespace Segmentation.Sam.Numerics;

/// <summary>Row-major layout with 208 floats a row, the depth along the row.</summary>
internal readonly struct Rows208 : ILayoutA
{
    public static int RowStride => 208;
}
