namespace Segmentation.Masks.Rasterizing;

/// <summary>
/// Buffers that rasterising masks reuses, about 300 KB and 4 bytes for each row of the tallest image seen. One a
/// thread: not safe for two at once.
/// </summary>
public sealed class MaskWorkspace
{
    /// <summary>The low-resolution logits, column by column.</summary>
    internal TransposedLogits Logits { get; } = new();

    /// <summary>The column at hand.</summary>
    internal ColumnRasterizer Column { get; } = new();

    /// <summary>
    /// True if masks stay in this memory and are valid until <see cref="TakeBack"/>, which saves a copy. Default:
    /// false, masks are copied out.
    /// </summary>
    public bool Lends { get; init; }

    /// <summary>Ends all loans: masks lent before are overwritten from now on.</summary>
    public void TakeBack() => Column.TakeBack();
}
