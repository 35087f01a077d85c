using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Everything;

/// <summary>A part of the image that is encoded and searched by itself; the first is the whole image.</summary>
public sealed class EverythingCrop
{
    internal EverythingCrop(
        int index, int layer, PixelBox box, IReadOnlyList<GridPoint> grid, PointLevels levels)
    {
        Index = index;
        Layer = layer;
        Box = box;
        Grid = grid;
        Levels = levels;
    }

    /// <summary>Its place in <see cref="EverythingPlan.Crops"/>.</summary>
    public int Index { get; }

    /// <summary>0 for the whole image, then 1 to <c>crop_n_layers</c>.</summary>
    public int Layer { get; }

    /// <summary>Its place in the image, in pixels.</summary>
    public PixelBox Box { get; }

    /// <summary>Grid points, in the order of the reference: at least one.</summary>
    public IReadOnlyList<GridPoint> Grid { get; }

    /// <summary>Points of <see cref="Grid"/> by the rounds in which they are decoded.</summary>
    internal PointLevels Levels { get; }

    /// <summary>Returns a grid point in pixels of the crop.</summary>
    /// <param name="point">Index of the point in <see cref="Grid"/>.</param>
    public (double X, double Y) PointInCrop(int point) => (Grid[point].X * Box.Width, Grid[point].Y * Box.Height);

    /// <summary>
    /// Points of later rounds that a point may explain; none with <see cref="EverythingProfile.Faithful"/>, which has
    /// one round.
    /// </summary>
    /// <param name="point">Index of the point in <see cref="Grid"/>.</param>
    public IEnumerable<int> LaterPointsNear(int point) => Levels.Near(point);
}
