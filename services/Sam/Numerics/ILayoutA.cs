namespace Segmentation.Sam.Numerics;

/// <summary>How the left operand of a product lies in memory; a constant, so that addresses are.</summary>
internal interface ILayoutA
{
    /// <summary>Numbers from a row to the next.</summary>
    static abstract int RowStep { get; }
}
