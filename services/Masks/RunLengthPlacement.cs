namespace Segmentation.Masks;

/// <summary>Puts the mask of a crop into the whole image, on runs: <c>uncrop_masks</c> of segment-anything.</summary>
internal static class RunLengthPlacement
{
    /// <summary>The mask in an image of that size, its top left corner at (x, y), nothing around it.</summary>
    public static RunLengths Place(RunLengths mask, int x, int y, int height, int width)
    {
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
