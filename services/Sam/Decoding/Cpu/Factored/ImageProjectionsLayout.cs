using Segmentation.Masks.Geometry;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// Sections of the image projections of one grid row, in the order of memory. Each is a projection u W of the image
/// part u of the row's 64 cells, [columns of W, 64] unless it says otherwise.
/// </summary>
internal sealed class ImageProjectionsLayout
{
    private const int Side = ImageGeometry.GridSide;
    private int _next;

    /// <param name="inner">H D, columns of Wk and Wq.</param>
    /// <param name="valueColumns">H D with each head's D in whole vectors.</param>
    public ImageProjectionsLayout(int inner, int valueColumns)
    {
        Inner = inner;
        Keys1 = Append(inner);
        CrossTerm00 = Append(inner + 1);
        Queries1 = Append(inner);
        CrossTerm01 = Append(inner + 1);
        CrossTerm11 = Append(inner + 1);
        Keys2 = Append(inner);

        // A GEMM writes whole panels of four rows.
        ProjectedRows = _next = (_next + 3) & ~3;
        Values1 = Append(valueColumns);
        Values2 = Append(valueColumns);
        SquaredNorms0 = Append(1);
        SquaredNorms1 = Append(1);
        RowLength = _next * Side;
    }

    /// <summary>H D.</summary>
    public int Inner { get; }

    /// <summary>Keys of x1 for <c>layers.1.cross_attn_token_to_image</c>.</summary>
    public Section Keys1 { get; }

    /// <summary>
    /// For the cross term of layer 0's values in layer 0's <c>norm4</c>: 2 u P Wo', and 2 u P bo' as the last row.
    /// </summary>
    public Section CrossTerm00 { get; }

    /// <summary>Queries of x1 for <c>layers.1.cross_attn_image_to_token</c>.</summary>
    public Section Queries1 { get; }

    /// <summary>For the cross term of layer 0's values in layer 1's <c>norm4</c>.</summary>
    public Section CrossTerm01 { get; }

    /// <summary>For the cross term of layer 1's values in layer 1's <c>norm4</c>.</summary>
    public Section CrossTerm11 { get; }

    /// <summary>Keys of x2 for <c>final_attn_token_to_image</c>.</summary>
    public Section Keys2 { get; }

    /// <summary>Rows of the sections so far, which one GEMM computes: a multiple of 4.</summary>
    public int ProjectedRows { get; }

    /// <summary>Values of x1, [H, 64, D].</summary>
    public Section Values1 { get; }

    /// <summary>Values of x2, [H, 64, D].</summary>
    public Section Values2 { get; }

    /// <summary>|u P|^2 as it enters layer 0's <c>norm4</c>, [64].</summary>
    public Section SquaredNorms0 { get; }

    /// <summary>|u P|^2 as it enters layer 1's <c>norm4</c>, [64].</summary>
    public Section SquaredNorms1 { get; }

    /// <summary>Floats of a grid row.</summary>
    public int RowLength { get; }

    private Section Append(int rows)
    {
        var section = new Section(_next, rows);
        _next += rows;
        return section;
    }
}

/// <summary>Consecutive rows of 64 floats within the projections of a grid row.</summary>
/// <param name="First">First row.</param>
/// <param name="Count">Their number.</param>
internal readonly record struct Section(int First, int Count)
{
    /// <summary>First row after the section.</summary>
    public int End => First + Count;
}
