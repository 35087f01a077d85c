namespace Segmentation.Sam.Numerics;

/// <summary>Four rows side by side for every step of the depth: packed panels, or columns of a matrix.</summary>
internal readonly struct Interleaved : ILayoutA
{
    public static int RowStep => 1;
}
