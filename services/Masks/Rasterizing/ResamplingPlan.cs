using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Rasterizing;

/// <summary>
/// What turning low-resolution logits into masks needs to know about an image's size. Immutable and shared by threads;
/// make it once an image, as every prompt on it uses the same. Holds 12 bytes for each row and column of the image.
/// </summary>
/// <param name="geometry">The image's size and its place in the model's square.</param>
public sealed class ResamplingPlan(ImageGeometry geometry)
{
    /// <summary>The image's size and its place in the model's square.</summary>
    public ImageGeometry Geometry { get; } = geometry;

    /// <summary>
    /// Rows of the 256 x 256 logits that masks depend on, from the top: at most
    /// 4 * <see cref="ImageGeometry.GridRows"/>.
    /// </summary>
    public int RequiredRows => Rows.Required;

    /// <summary>
    /// Columns of the 256 x 256 logits that masks depend on, from the left: at most
    /// 4 * <see cref="ImageGeometry.GridColumns"/>.
    /// </summary>
    public int RequiredColumns => Columns.Required;

    /// <summary>Weights down the image.</summary>
    internal AxisTaps Rows { get; } = new(geometry.Height, geometry.ResizedHeight);

    /// <summary>Weights across the image.</summary>
    internal AxisTaps Columns { get; } = new(geometry.Width, geometry.ResizedWidth);
}
