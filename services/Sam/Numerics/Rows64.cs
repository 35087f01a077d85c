namespace Segmentation.Sam.Numerics;

/// <summary>Rows of 64 numbers each, the depth along them.</summary>
internal readonly struct Rows64 : ILayoutA
{
    public static int RowStep => 64;
}
