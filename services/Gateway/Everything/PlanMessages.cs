using System.Security.Cryptography;
using System.Text.Json;
using Segmentation.Grains.Everything;
using Segmentation.Masks;
using Segmentation.Masks.Everything;

namespace Segmentation.Gateway.Everything;

/// <summary>Between the types of the model library and the messages of grains.</summary>
internal static class PlanMessages
{
    /// <summary>A hash of options, grids included: 32 hexadecimal digits.</summary>
    public static string IdOf(EverythingOptions options) => Hash(JsonSerializer.SerializeToUtf8Bytes(options));

    /// <summary>A plan as silos get it.</summary>
    public static PlanData ToData(EverythingPlan plan, string optionsId)
    {
        var options = plan.Options;
        return new PlanData
        {
            Id = $"{optionsId}/{plan.Width}x{plan.Height}",
            Width = plan.Width,
            Height = plan.Height,
            PointsPerSide = options.PointsPerSide,
            PointsPerBatch = options.PointsPerBatch,
            PredIouThresh = options.PredIouThresh,
            StabilityScoreThresh = options.StabilityScoreThresh,
            StabilityScoreOffset = options.StabilityScoreOffset,
            BoxNmsThresh = options.BoxNmsThresh,
            CropNLayers = options.CropNLayers,
            CropNmsThresh = options.CropNmsThresh,
            CropOverlapRatio = options.CropOverlapRatio,
            CropNPointsDownscaleFactor = options.CropNPointsDownscaleFactor,
            PointGrids = options.PointGrids?
                .Select(grid => grid.SelectMany(point => new[] { point.X, point.Y }).ToArray()).ToArray(),
            MinMaskRegionArea = options.MinMaskRegionArea,
            IsFast = options.Profile == EverythingProfile.Fast,
        };
    }

    /// <summary>A mask as a silo found it.</summary>
    /// <param name="candidate">What it sent.</param>
    /// <param name="crop">The crop that was searched.</param>
    public static MaskCandidate ToCandidate(CandidateData candidate, EverythingCrop crop) => new()
    {
        Point = candidate.Point,
        Token = candidate.Token,
        PredictedIou = candidate.PredictedIou,
        StabilityScore = candidate.StabilityScore,
        RunLengths = RunLengths.FromCocoString(crop.Box.Height, crop.Box.Width, candidate.Counts),
        Box = new(candidate.BoxX, candidate.BoxY, candidate.BoxWidth, candidate.BoxHeight),
    };

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes)[..16]);
}
