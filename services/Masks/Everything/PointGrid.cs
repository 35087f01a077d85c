namespace Segmentation.Masks.Everything;

/// <summary>Grids of points, as <c>build_all_layer_point_grids</c> of segment-anything makes them.</summary>
internal static class PointGrid
{
    /// <summary>Returns the grid of a layer: the caller's, or an even one.</summary>
    public static IReadOnlyList<GridPoint> OfLayer(EverythingOptions options, int layer) =>
        options.PointGrids is { } grids ? [.. grids[layer]] : Even(PointsPerSide(options, layer));

    /// <summary>
    /// Computes the points a side of an even grid in a layer; 0 when the downscale factor leaves none.
    /// </summary>
    public static int PointsPerSide(EverythingOptions options, int layer) =>
        (int)(options.PointsPerSide!.Value / Math.Pow(options.CropNPointsDownscaleFactor, layer));

    /// <summary>Makes a grid of the middles of n x n equal cells, row by row.</summary>
    public static IReadOnlyList<GridPoint> Even(int pointsPerSide)
    {
        // The order of operations is numpy's linspace: another one changes the last bit of some coordinates.
        var offset = 1.0 / (2 * pointsPerSide);
        var step = pointsPerSide > 1 ? (1 - offset - offset) / (pointsPerSide - 1) : 0;
        var side = new double[pointsPerSide];
        for (var i = 0; i < pointsPerSide; i++)
        {
            side[i] = i > 0 && i == pointsPerSide - 1 ? 1 - offset : i * step + offset;
        }

        return [.. side.SelectMany(y => side.Select(x => new GridPoint(x, y)))];
    }
}
