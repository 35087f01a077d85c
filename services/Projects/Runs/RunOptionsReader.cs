using Grpc.Core;
using Segmentation.Projects.Errors;
using Segmentation.Protocol.Projects.V1;
using MaskOptions = Segmentation.Masks.Everything.EverythingOptions;
using MaskProfile = Segmentation.Masks.Everything.EverythingProfile;
using MaskPoint = Segmentation.Masks.Everything.GridPoint;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Runs;

/// <summary>Finds the options of a run: those of its preset, and the caller's own instead where there are any.</summary>
internal static class RunOptionsReader
{
    /// <summary>Finds the options.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The name under which the run is listed, and the options, complete.</returns>
    /// <exception cref="RpcException">INVALID_ARGUMENT: no such preset, or options that cannot be used.</exception>
    public static (string Preset, EverythingOptions Options) Read(StartRunRequest request)
    {
        var name = request.Preset.Length > 0 ? request.Preset
            : request.Stage == RunStage.SemiAutomatic ? RunPresets.Confident : RunPresets.Sa1B;
        var preset = RunPresets.Find(name) ?? throw ProjectProblem.Invalid(
            "preset",
            $"is {ProjectProblem.Quoted(name)}; it must be {string.Join(", ", RunPresets.All.Select(one => one.Name))}");
        var options = preset.Options.Clone();
        if (request.Options is { } own)
        {
            if (own.PointGrids.Count > 0)
            {
                options.ClearPointsPerSide();
            }

            options.MergeFrom(own);
        }

        Check(options);
        return (options.Equals(preset.Options) ? name : RunPresets.Custom, options);
    }

    private static void Check(EverythingOptions options)
    {
        if (!Enum.IsDefined(options.Profile))
        {
            throw ProjectProblem.Invalid(
                "options.profile", $"is {(int)options.Profile}; it must be 1 (faithful) or 2 (fast)");
        }

        if (ToMaskOptions(options).Validate() is [var first, ..])
        {
            throw ProjectProblem.Invalid($"options.{first.Name}", first.Message);
        }
    }

    private static MaskOptions ToMaskOptions(EverythingOptions options) => new()
    {
        PointsPerSide = options.HasPointsPerSide ? Whole(options.PointsPerSide) : null,
        PointsPerBatch = Whole(options.PointsPerBatch),
        PredIouThresh = options.PredIouThresh,
        StabilityScoreThresh = options.StabilityScoreThresh,
        StabilityScoreOffset = options.StabilityScoreOffset,
        BoxNmsThresh = options.BoxNmsThresh,
        CropNLayers = Whole(options.CropNLayers),
        CropNmsThresh = options.CropNmsThresh,
        CropOverlapRatio = options.CropOverlapRatio,
        CropNPointsDownscaleFactor = Whole(options.CropNPointsDownscaleFactor),
        PointGrids = options.PointGrids.Count == 0
            ? null
            : [.. options.PointGrids.Select(grid => grid.Points.Select(point => new MaskPoint(point.X, point.Y)).ToArray())],
        MinMaskRegionArea = Whole(options.MinMaskRegionArea),
        MaxMaskAreaRatio = options.MaxMaskAreaRatio,
        Profile = options.Profile == EverythingProfile.Fast ? MaskProfile.Fast : MaskProfile.Faithful,
    };

    private static int Whole(uint value) => (int)Math.Min(value, int.MaxValue);
}
