using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Everything;

/// <summary>
/// Non-maximum suppression of boxes with torchvision's arithmetic and order (<c>nms</c>): float32, boxes end with their
/// last pixel, the higher score wins and of equal scores the earlier box.
/// </summary>
internal static class BoxSuppression
{
    /// <summary>Finds the boxes to keep.</summary>
    /// <param name="boxes">Boxes in pixels.</param>
    /// <param name="scores">One score a box.</param>
    /// <param name="threshold">A box is removed if its IoU with a kept one is above this.</param>
    /// <returns>Indices of the boxes to keep, the best score first.</returns>
    public static IReadOnlyList<int> Keep(
        IReadOnlyList<PixelBox> boxes, IReadOnlyList<float> scores, double threshold)
    {
        // OrderBy is stable, as is the sort torchvision uses.
        var order = Enumerable.Range(0, boxes.Count).OrderByDescending(i => scores[i]);
        var corners = boxes.Select(Corners.Of).ToArray();
        var kept = new List<int>();
        foreach (var candidate in order)
        {
            var isKept = true;
            for (var i = 0; isKept && i < kept.Count; i++)
            {
                isKept = !(corners[kept[i]].IoU(corners[candidate]) > threshold);
            }

            if (isKept)
            {
                kept.Add(candidate);
            }
        }

        return kept;
    }

    /// <summary>
    /// A box by its corners. A box of a single row or column has no area: in the reference's arithmetic its IoU is 0 or
    /// NaN, so duplicates would all be kept. Two such boxes are compared by their pixels.
    /// </summary>
    private readonly record struct Corners(float Left, float Top, float Right, float Bottom)
    {
        private float Area => (Right - Left) * (Bottom - Top);

        private float Pixels => (Right - Left + 1) * (Bottom - Top + 1);

        public static Corners Of(PixelBox box) =>
            new(box.X, box.Y, box.X + box.Width - 1, box.Y + box.Height - 1);

        public float IoU(Corners other)
        {
            var width = Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left));
            var height = Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));
            var shared = width * height;
            if (Area == 0 && other.Area == 0)
            {
                return FlatIoU(other);
            }

            return shared / (Area + other.Area - shared);
        }

        /// <summary>IoU of two boxes without area, by the pixels that they hold.</summary>
        private float FlatIoU(Corners other)
        {
            var width = Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left) + 1);
            var height = Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top) + 1);
            var shared = width * height;
            return shared / (Pixels + other.Pixels - shared);
        }
    }
}
