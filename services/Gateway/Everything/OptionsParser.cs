using Segmentation.Gateway.Errors;
using Segmentation.Masks.Everything;
using WireOptions = Segmentation.Protocol.V1.EverythingOptions;
using WireProfile = Segmentation.Protocol.V1.EverythingProfile;

namespace Segmentation.Gateway.Everything;

/// <summary>
/// Reads options of clients: the only mapping from the contract. Silos get the result,
/// <see cref="EverythingOptions.ToJson"/>.
/// </summary>
internal static class OptionsParser
{
    private const string Path = "options";

    /// <summary>Reads options.</summary>
    /// <param name="wire">The options; null for all defaults.</param>
    /// <param name="limits">The server's bounds.</param>
    /// <param name="violations">Receives all errors; if there is any, the options must not be used.</param>
    public static EverythingOptions Parse(WireOptions? wire, SearchOptions limits, Violations violations)
    {
        wire ??= new WireOptions();
        if (!Enum.IsDefined(wire.Profile))
        {
            violations.Add(
                $"{Path}.profile", $"{(int)wire.Profile} is no EverythingProfile: 1 is faithful, 2 is fast.");
        }

        var gridPoints = wire.PointGrids.Sum(grid => (long)grid.Points.Count);
        if (gridPoints > limits.MaxPoints)
        {
            violations.Add($"{Path}.point_grids", TooMany("points", gridPoints, limits.MaxPoints));
            return EverythingOptions.Default;
        }

        var options = Read(wire);
        var invalid = options.Validate();
        foreach (var option in invalid)
        {
            violations.Add($"{Path}.{option.Name}", option.Message);
        }

        if (invalid.Count == 0)
        {
            CheckSize(options, limits, violations);
        }

        return options;
    }

    private static EverythingOptions Read(WireOptions wire)
    {
        var defaults = EverythingOptions.Default;
        var hasGrids = wire.PointGrids.Count > 0;
        return new EverythingOptions
        {
            PointsPerSide = wire.HasPointsPerSide ? Whole(wire.PointsPerSide)
                : hasGrids ? null : defaults.PointsPerSide,
            PointsPerBatch = wire.HasPointsPerBatch ? Whole(wire.PointsPerBatch) : defaults.PointsPerBatch,
            PredIouThresh = wire.HasPredIouThresh ? wire.PredIouThresh : defaults.PredIouThresh,
            StabilityScoreThresh =
                wire.HasStabilityScoreThresh ? wire.StabilityScoreThresh : defaults.StabilityScoreThresh,
            StabilityScoreOffset =
                wire.HasStabilityScoreOffset ? wire.StabilityScoreOffset : defaults.StabilityScoreOffset,
            BoxNmsThresh = wire.HasBoxNmsThresh ? wire.BoxNmsThresh : defaults.BoxNmsThresh,
            CropNLayers = wire.HasCropNLayers ? Whole(wire.CropNLayers) : defaults.CropNLayers,
            CropNmsThresh = wire.HasCropNmsThresh ? wire.CropNmsThresh : defaults.CropNmsThresh,
            CropOverlapRatio = wire.HasCropOverlapRatio ? wire.CropOverlapRatio : defaults.CropOverlapRatio,
            CropNPointsDownscaleFactor = wire.HasCropNPointsDownscaleFactor
                ? Whole(wire.CropNPointsDownscaleFactor)
                : defaults.CropNPointsDownscaleFactor,
            PointGrids = hasGrids
                ? [.. wire.PointGrids.Select(grid => grid.Points.Select(p => new GridPoint(p.X, p.Y)).ToArray())]
                : null,
            MinMaskRegionArea = wire.HasMinMaskRegionArea ? Whole(wire.MinMaskRegionArea) : defaults.MinMaskRegionArea,
            MaxMaskAreaRatio = wire.HasMaxMaskAreaRatio ? wire.MaxMaskAreaRatio : defaults.MaxMaskAreaRatio,
            Profile = wire.Profile == WireProfile.Fast ? EverythingProfile.Fast : EverythingProfile.Faithful,
        };
    }

    /// <summary>Crops of valid options, the whole image counted, and grid points of all crops together.</summary>
    public static (long Crops, long Points) SizeOf(EverythingOptions options)
    {
        var (crops, points) = (0L, 0L);
        for (var layer = 0; layer <= options.CropNLayers; layer++)
        {
            var side = options.PointsPerSide / (long)Math.Pow(options.CropNPointsDownscaleFactor, layer);
            var ofLayer = options.PointGrids is { } grids ? grids[layer].Count : side!.Value * side.Value;
            crops += 1L << (2 * layer);
            points += ofLayer << (2 * layer);
        }

        return (crops, points);
    }

    /// <summary>Checks bounds before a plan is made, since a plan takes memory for every crop and point.</summary>
    private static void CheckSize(EverythingOptions options, SearchOptions limits, Violations violations)
    {
        var (crops, points) = SizeOf(options);
        if (crops > limits.MaxCrops)
        {
            violations.Add($"{Path}.crop_n_layers", TooMany("crops", crops, limits.MaxCrops));
        }

        if (points > limits.MaxPoints)
        {
            var option = options.PointGrids is null ? "points_per_side" : "point_grids";
            violations.Add($"{Path}.{option}", TooMany("points in all crops", points, limits.MaxPoints));
        }
    }

    private static string TooMany(string what, long count, long most) =>
        $"{count} {what} are to be searched; this server allows {most}.";

    private static int Whole(uint value) => (int)Math.Min(value, int.MaxValue);
}
