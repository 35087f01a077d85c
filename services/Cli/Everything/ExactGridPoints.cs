using Segmentation.Cli.Commands;
using Segmentation.Masks;
using Segmentation.Masks.Everything;
using Segmentation.Masks.Geometry;
using Segmentation.Protocol.V1;

namespace Segmentation.Cli.Everything;

/// <summary>
/// Converts a server's masks. Points of masks travel as 32-bit floats; this class restores the exact points of the grid
/// in 64 bits, from a plan that equals the server's, so that results equal those of a local search.
/// </summary>
internal sealed class ExactGridPoints
{
    private readonly Dictionary<(PixelBox Crop, float X, float Y), (double X, double Y)> _points = [];

    /// <param name="plan">The search.</param>
    public ExactGridPoints(EverythingPlan plan)
    {
        foreach (var crop in plan.Crops)
        {
            foreach (var point in crop.Grid)
            {
                var (x, y) = (point.X * crop.Box.Width + crop.Box.X, point.Y * crop.Box.Height + crop.Box.Y);
                _points.TryAdd((crop.Box, (float)x, (float)y), (x, y));
            }
        }
    }

    /// <summary>Converts a mask to the model library's type.</summary>
    /// <exception cref="CliException">The mask's point is not in the plan: the server follows another plan.</exception>
    public EverythingMask ToMask(FoundMask found)
    {
        var crop = ToBox(found.CropBox);
        if (!_points.TryGetValue((crop, found.Point.X, found.Point.Y), out var point))
        {
            throw new CliException(
                $"The server found a mask at {found.Point.X}, {found.Point.Y} of crop {crop}, which is no point of "
                + "the grid: the server has another version than segctl.");
        }

        var rle = found.Mask.Rle;
        return new()
        {
            RunLengths = RunLengths.FromCocoString((int)rle.Size[0], (int)rle.Size[1], rle.Counts),
            Area = (long)found.Mask.Area,
            Box = ToBox(found.Mask.BoundingBox),
            PredictedIou = found.Mask.PredictedIou,
            StabilityScore = found.Mask.StabilityScore,
            PointX = point.X,
            PointY = point.Y,
            CropBox = crop,
        };
    }

    private static PixelBox ToBox(BoundingBox box) =>
        new((int)box.X, (int)box.Y, (int)box.Width, (int)box.Height);
}
