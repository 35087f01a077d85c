namespace Segmentation.Sam.Numerics;

/// <summary>Rows of 208 numbers each, the depth along them.</summary>
internal readonly struct Rows208 : ILayoutA
{
    public static int RowStep => 208;
}
