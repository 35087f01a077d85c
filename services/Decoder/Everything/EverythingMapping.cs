using Segmentation.Grains.Everything;
using Segmentation.Masks.Everything;

namespace Segmentation.Decoder.Everything;

/// <summary>Between the messages of the grain and the types of the model library.</summary>
internal static class EverythingMapping
{
    /// <summary>The plan that a message describes.</summary>
    /// <exception cref="ArgumentException">It has options that cannot be used; the edge lets none through.</exception>
    public static EverythingPlan ToPlan(PlanData plan) => new(plan.Width, plan.Height, new EverythingOptions
    {
        PointsPerSide = plan.PointsPerSide,
        PointsPerBatch = plan.PointsPerBatch,
        PredIouThresh = plan.PredIouThresh,
        StabilityScoreThresh = plan.StabilityScoreThresh,
        StabilityScoreOffset = plan.StabilityScoreOffset,
        BoxNmsThresh = plan.BoxNmsThresh,
        CropNLayers = plan.CropNLayers,
        CropNmsThresh = plan.CropNmsThresh,
        CropOverlapRatio = plan.CropOverlapRatio,
        CropNPointsDownscaleFactor = plan.CropNPointsDownscaleFactor,
        PointGrids = plan.PointGrids is { } grids ? [.. grids.Select(ToGrid)] : null,
        MinMaskRegionArea = plan.MinMaskRegionArea,
        Profile = plan.IsFast ? EverythingProfile.Fast : EverythingProfile.Faithful,
    });

    /// <summary>A mask as the grain answers it.</summary>
    public static CandidateData ToData(MaskCandidate candidate) => new()
    {
        Point = candidate.Point,
        Token = candidate.Token,
        PredictedIou = candidate.PredictedIou,
        StabilityScore = candidate.StabilityScore,
        BoxX = candidate.Box.X,
        BoxY = candidate.Box.Y,
        BoxWidth = candidate.Box.Width,
        BoxHeight = candidate.Box.Height,
        Counts = candidate.RunLengths.ToCocoString(),
    };

    private static IReadOnlyList<GridPoint> ToGrid(double[] coordinates) =>
        [.. coordinates.Chunk(2).Select(point => new GridPoint(point[0], point[1]))];
}
