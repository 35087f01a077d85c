using Segmentation.Sam.Images;

namespace Segmentation.Sam.Decoding.Cpu.Factored;

/// <summary>
/// Where the parts lie of what is prepared of an image for layers without image tokens: of each grid row, [features, 64] of
/// what is read beside what is kept of a cell, [heads, 64, features] of what is mixed, and squares [2, 64].
/// </summary>
/// <param name="Inner">8 D, channels of keys.</param>
/// <param name="ValueColumns">Channels of values, each head's in whole vectors.</param>
internal readonly record struct ImageProjectionsLayout(int Inner, int ValueColumns)
{
    private const int Side = ImageGeometry.GridSide;

    /// <summary>Features by rows: a multiple of 4.</summary>
    public int Maps => (6 * Inner + 6) & ~3;

    /// <summary>Numbers of a grid row.</summary>
    public int RowLength => (Maps + 2 * ValueColumns + 2) * Side;
}

/// <summary>A grid row of it.</summary>
/// <param name="data">First number.</param>
/// <param name="layout">Where its parts lie.</param>
internal readonly unsafe struct ImageProjectionsRow(float* data, ImageProjectionsLayout layout)
{
    private const int Side = ImageGeometry.GridSide;

    /// <summary>[features, 64]: <see cref="Keys"/>, what <see cref="Crosses"/> gives, <see cref="Queries"/>.</summary>
    public float* Maps => data;

    /// <summary>Queries where the image attends to tokens in layer 1, [8 D, 64].</summary>
    public float* Queries => data + (2 * layout.Inner + 1) * Side;

    /// <summary>Keys where tokens attend to the image behind a layer, [8 D, 64].</summary>
    public float* Keys(int layer) => data + layer * (5 * layout.Inner + 3) * Side;

    /// <summary>Values of the same, [8, 64, D], D in whole vectors.</summary>
    public float* Values(int layer) => data + (layout.Maps + layer * layout.ValueColumns) * Side;

    /// <summary>
    /// For what the values of layer <paramref name="of"/> have in common with the image's part behind another,
    /// [8 D + 1, 64]; the last row is the bias's.
    /// </summary>
    public float* Crosses(int of, int behind) =>
        data + (behind == 0 ? layout.Inner : (3 + of) * layout.Inner + 1 + of) * Side;

    /// <summary>Squares of the image's part without its mean, behind a layer, [64].</summary>
    public float* Squares(int layer) => data + (layout.Maps + 2 * layout.ValueColumns + layer) * Side;
}
