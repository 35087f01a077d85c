namespace Segmentation.Sam.Masks;

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

    /// <summary>Whether masks are given out in this memory, instead of copied out of it.</summary>
    internal bool Lends { get; init; }
}
