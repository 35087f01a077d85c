using Segmentation.Masks.Geometry;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>The image projections of one grid row.</summary>
/// <param name="data">First float.</param>
/// <param name="layout">Sections of the row.</param>
internal readonly unsafe struct ImageProjectionsRow(float* data, ImageProjectionsLayout layout)
{
    private const int Side = ImageGeometry.GridSide;

    /// <summary>
    /// The sections that one GEMM computes, [<see cref="ImageProjectionsLayout.ProjectedRows"/>, 64].
    /// </summary>
    public float* Projected => data;

    /// <summary>Queries of x1 where the image attends to tokens in layer 1, [H D, 64].</summary>
    public float* Queries1 => At(layout.Queries1);

    /// <summary>Keys of x1 or x2, which tokens attend to in layer 1 or 2 (the final attention), [H D, 64].</summary>
    public float* Keys(int layer) => At(layer == 1 ? layout.Keys1 : layout.Keys2);

    /// <summary>Values of the same, [H, 64, D], D in whole vectors.</summary>
    public float* Values(int layer) => At(layer == 1 ? layout.Values1 : layout.Values2);

    /// <summary>Projection for the cross term of a layer's values in a layer's <c>norm4</c>, [H D + 1, 64].</summary>
    /// <param name="valuesOf">Layer of the values.</param>
    /// <param name="layer">Layer of the norm, not before that of the values.</param>
    public float* CrossTerm(int valuesOf, int layer) => At(
        layer == 0 ? layout.CrossTerm00
        : valuesOf == 0 ? layout.CrossTerm01
        : layout.CrossTerm11);

    /// <summary>|u P|^2 of each cell as it enters a layer's <c>norm4</c>, [64].</summary>
    public float* SquaredNorms(int layer) => At(layer == 0 ? layout.SquaredNorms0 : layout.SquaredNorms1);

    private float* At(Section section) => data + section.First * Side;
}
