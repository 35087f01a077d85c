using Segmentation.Protocol.V1;
using EverythingOptions = Segmentation.Masks.Everything.EverythingOptions;
using EverythingProfile = Segmentation.Masks.Everything.EverythingProfile;
using GridPoint = Segmentation.Masks.Everything.GridPoint;
using WireOptions = Segmentation.Protocol.V1.EverythingOptions;
using WireProfile = Segmentation.Protocol.V1.EverythingProfile;

namespace Segmentation.Cli.Everything;

/// <summary>Converts options for a server.</summary>
internal static class RemoteOptions
{
    /// <summary>
    /// Returns the options as a server will see them: points of the user's grids travel as 32-bit floats.
    /// </summary>
    public static EverythingOptions AsSent(EverythingOptions options) => options with
    {
        PointGrids = options.PointGrids?
            .Select(grid => grid.Select(point => new GridPoint((float)point.X, (float)point.Y)).ToArray()).ToArray(),
    };

    /// <summary>Converts all options, defaults included: a server's own defaults then do not matter.</summary>
    public static WireOptions ToMessage(EverythingOptions options)
    {
        var wire = new WireOptions
        {
            PointsPerBatch = (uint)options.PointsPerBatch,
            PredIouThresh = options.PredIouThresh,
            StabilityScoreThresh = options.StabilityScoreThresh,
            StabilityScoreOffset = options.StabilityScoreOffset,
            BoxNmsThresh = options.BoxNmsThresh,
            CropNLayers = (uint)options.CropNLayers,
            CropNmsThresh = options.CropNmsThresh,
            CropOverlapRatio = options.CropOverlapRatio,
            CropNPointsDownscaleFactor = (uint)options.CropNPointsDownscaleFactor,
            MinMaskRegionArea = (uint)options.MinMaskRegionArea,
            MaxMaskAreaRatio = options.MaxMaskAreaRatio,
            Profile = options.Profile == EverythingProfile.Fast ? WireProfile.Fast : WireProfile.Faithful,
        };
        if (options.PointsPerSide is { } side)
        {
            wire.PointsPerSide = (uint)side;
        }

        foreach (var grid in options.PointGrids ?? [])
        {
            var points = grid.Select(point => new Point { X = (float)point.X, Y = (float)point.Y });
            wire.PointGrids.Add(new PointGrid { Points = { points } });
        }

        return wire;
    }
}
