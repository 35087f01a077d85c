using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Rasterizing;

/// <summary>
/// Plan for turning low-resolution logits into masks of one image size: the weights of both axes. Immutable, safe for
/// concurrent use, and the same for all prompts on an image. Takes 12 bytes for each row and column of the image.
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
    internal AxisTaps Rows { get; } = new(geometry.Height, geometry.ResizedHeight, geometry.Resizing);

    /// <summary>Weights across the image.</summary>
    internal AxisTaps Columns { get; } = new(geometry.Width, geometry.ResizedWidth, geometry.Resizing);
}
