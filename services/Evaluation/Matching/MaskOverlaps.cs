using Segmentation.Masks;
using Segmentation.Masks.Geometry;

namespace Segmentation.Evaluation.Matching;

/// <summary>IoUs of all found masks with all true masks of a picture.</summary>
internal static class MaskOverlaps
{
    /// <summary>Computes a row a found mask, a column a true mask.</summary>
    /// <param name="found">Found masks.</param>
    /// <param name="truths">True masks.</param>
    /// <param name="cancellationToken">Gives up, checked between found masks.</param>
    public static IReadOnlyList<double[]> Of(
        IReadOnlyList<RunLengths> found,
        IReadOnlyList<RunLengths> truths,
        CancellationToken cancellationToken)
    {
        var boxes = truths.Select(truth => truth.Box).ToArray();
        var areas = truths.Select(truth => truth.Area).ToArray();
        var rows = new double[found.Count][];
        for (var i = 0; i < found.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (box, area) = (found[i].Box, found[i].Area);
            rows[i] = new double[truths.Count];
            for (var j = 0; j < truths.Count; j++)
            {
                // Most pairs are far from each other.
                if (AreApart(box, boxes[j]))
                {
                    continue;
                }

                var common = found[i].Intersection(truths[j]);
                rows[i][j] = common == 0 ? 0 : (double)common / (area + areas[j] - common);
            }
        }

        return rows;
    }

    private static bool AreApart(PixelBox a, PixelBox b) =>
        a.X + a.Width <= b.X || b.X + b.Width <= a.X || a.Y + a.Height <= b.Y || b.Y + b.Height <= a.Y;
}
