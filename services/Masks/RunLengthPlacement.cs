namespace Segmentation.Masks;

/// <summary>Places the mask of a crop on the whole image, on runs: <c>uncrop_masks</c> of segment-anything.</summary>
public static class RunLengthPlacement
{
    /// <summary>
    /// Returns the mask on an image of that size, with its top left corner at (x, y) and nothing around it.
    /// </summary>
    /// <param name="mask">The crop's mask.</param>
    /// <param name="x">Left edge of the crop in the image, in pixels.</param>
    /// <param name="y">Top edge of the crop in the image, in pixels.</param>
    /// <param name="height">Height of the image in pixels.</param>
    /// <param name="width">Width of the image in pixels.</param>
    /// <exception cref="ArgumentOutOfRangeException">The crop does not lie within the image.</exception>
    public static RunLengths Place(RunLengths mask, int x, int y, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(x, width - mask.Width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(y, height - mask.Height);
        if (mask.Height == height && mask.Width == width)
        {
            return mask;
        }

        var placed = new EdgeList();
        var columns = new ColumnRuns(mask);
        var edges = new List<int>();
        for (var column = x; column < x + mask.Width; column++)
        {
            columns.Next(edges);
            var top = (long)column * height + y;
            foreach (var edge in edges)
            {
                placed.Add(top + edge);
            }
        }

        return placed.Build(height, width);
    }
}
