using Segmentation.Grains;
using Segmentation.Masks;
using Segmentation.Masks.Everything;
using Segmentation.Masks.Geometry;

namespace Segmentation.Gateway.Tests.Fakes;

/// <summary>
/// Finds of points: each a square of its own around it and, with a score of its own, the left half of the crop, so
/// that there is something to suppress, and which of the halves stays tells whether the order was kept.
/// </summary>
internal static class FakeFinds
{
    private const int Side = 12;

    public static PointsReply Of(PointsRequest request)
    {
        var crop = request.Plan.ToPlan().Crops[request.Crop];
        return new PointsReply
        {
            Status = DecodeStatus.Ok,
            Candidates = [.. request.Points.SelectMany(point => new[]
            {
                Find(crop, point, 1, Square(crop, point)),
                Find(crop, point, 2, new PixelBox(0, 0, crop.Box.Width / 2, crop.Box.Height)),
            })],
        };
    }

    /// <summary>The final masks, found here without silos.</summary>
    public static IReadOnlyList<EverythingMask> Expected(int width, int height, EverythingOptions options)
    {
        var plan = new EverythingPlan(width, height, options);
        var data = PlanData.Of(plan);
        var crops = new List<IReadOnlyList<EverythingMask>>();
        foreach (var crop in plan.Crops)
        {
            var search = new CropSearch(plan, crop);
            for (var round = search.NextRound(); round.Count > 0; round = search.NextRound())
            {
                foreach (var batch in round)
                {
                    var reply = Of(new() { Plan = data, Crop = crop.Index, Points = [.. batch.Points] });
                    search.Add(
                        batch,
                        new([.. reply.Candidates.Select(c => c.ToCandidate(crop))], []));
                }
            }

            crops.Add(search.Finish());
        }

        return MaskSelection.Select(plan, crops, CancellationToken.None);
    }

    private static CandidateData Find(EverythingCrop crop, int point, int token, PixelBox box)
    {
        var pixels = new byte[crop.Box.Width * crop.Box.Height];
        for (var y = box.Y; y < box.Y + box.Height; y++)
        {
            pixels.AsSpan((y * crop.Box.Width) + box.X, box.Width).Fill(1);
        }

        return new CandidateData
        {
            Point = point,
            Token = token,
            PredictedIou = 0.9f + (point * 37 % 64 / 1000f),
            StabilityScore = 0.97f,
            BoxX = box.X,
            BoxY = box.Y,
            BoxWidth = box.Width,
            BoxHeight = box.Height,
            Counts = RunLengths.FromBytes(crop.Box.Height, crop.Box.Width, pixels).ToCocoString(),
        };
    }

    private static PixelBox Square(EverythingCrop crop, int point)
    {
        var (x, y) = (crop.Grid[point].X * crop.Box.Width, crop.Grid[point].Y * crop.Box.Height);
        return new(
            Math.Clamp((int)x - (Side / 2), 0, crop.Box.Width - Side),
            Math.Clamp((int)y - (Side / 2), 0, crop.Box.Height - Side),
            Side,
            Side);
    }
}
