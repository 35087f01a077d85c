using Segmentation.Grains;
using Segmentation.Masks;
using Segmentation.Masks.Geometry;

namespace Segmentation.Fuzz.Gateway;

/// <summary>What points find: each a few columns of the crop, so that some masks are like others.</summary>
internal static class AnyFinds
{
    private const int Columns = 3;

    /// <summary>The answer to a part of a search.</summary>
    public static PointsReply Of(PointsRequest request)
    {
        var box = request.Plan.ToPlan().Crops[request.Crop].Box;
        return new PointsReply
        {
            Status = DecodeStatus.Ok, Candidates = [.. request.Points.Select(point => Find(box, point))],
        };
    }

    private static CandidateData Find(PixelBox crop, int point)
    {
        var left = (uint)(point * Columns % Math.Max(1, crop.Width - Columns));
        var inside = (uint)(Math.Min(Columns, crop.Width) * crop.Height);
        var before = left * (uint)crop.Height;
        var after = (uint)(crop.Width * crop.Height) - before - inside;
        var mask = new RunLengths(crop.Height, crop.Width, before, inside, after);
        return new CandidateData
        {
            Point = point,
            Token = 1,
            PredictedIou = 0.9f + (point % 10 / 100f),
            StabilityScore = 0.97f,
            BoxX = mask.Box.X,
            BoxY = mask.Box.Y,
            BoxWidth = mask.Box.Width,
            BoxHeight = mask.Box.Height,
            Counts = mask.ToCocoString(),
        };
    }
}
