using Segmentation.Cli.Commands;
using Segmentation.Masks;
using Segmentation.Masks.Everything;
using Segmentation.Masks.Geometry;
using Segmentation.Protocol.V1;

namespace Segmentation.Cli.Everything;

/// <summary>
/// Reads a server's masks. Their points travel as 32-bit numbers; the plan, which is the server's, has them as the model
/// library would write them.
/// </summary>
internal sealed class FoundPlaces
{
    private readonly Dictionary<(PixelBox Crop, float X, float Y), (double X, double Y)> _points = [];

    /// <param name="plan">The search.</param>
    public FoundPlaces(EverythingPlan plan)
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

    /// <summary>A mask as the model library has it.</summary>
    /// <exception cref="CliException">It was found at no point of the plan: the server follows another one.</exception>
    public EverythingMask ToMask(FoundMask found)
    {
        var crop = ToBox(found.CropBox);
        if (!_points.TryGetValue((crop, found.Point.X, found.Point.Y), out var point))
        {
            throw new CliException(
                $"The server found a mask at {found.Point.X}, {found.Point.Y} of crop {crop}, where it was not asked to "
                + "look: it is of another version.");
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
