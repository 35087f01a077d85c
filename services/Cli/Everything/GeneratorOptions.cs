using System.CommandLine;
using Segmentation.Cli.Commands;
using Segmentation.Masks.Everything;

namespace Segmentation.Cli.Everything;

/// <summary>The mask generator's options on the command line, with the names and defaults of the reference.</summary>
internal sealed class GeneratorOptions
{
    private static readonly EverythingOptions _defaults = EverythingOptions.Default;

    private readonly Option<int> _pointsPerSide =
        Number("--points-per-side", _defaults.PointsPerSide!.Value, "Points along each side of the grid.");

    private readonly Option<int> _pointsPerBatch =
        Number("--points-per-batch", _defaults.PointsPerBatch, "Points in one batch of work.");

    private readonly Option<double> _predIouThresh =
        Number("--pred-iou-thresh", _defaults.PredIouThresh, "Masks need a predicted IoU above this.");

    private readonly Option<double> _stabilityScoreThresh = Number(
        "--stability-score-thresh", _defaults.StabilityScoreThresh, "Masks need at least this stability score.");

    private readonly Option<double> _stabilityScoreOffset = Number(
        "--stability-score-offset",
        _defaults.StabilityScoreOffset,
        "Shift of the threshold, in logits, for the stability score.");

    private readonly Option<double> _boxNmsThresh = Number(
        "--box-nms-thresh", _defaults.BoxNmsThresh, "Masks of a crop with a box IoU above this are duplicates.");

    private readonly Option<int> _cropNLayers =
        Number("--crop-n-layers", _defaults.CropNLayers, "Layers of crops to search, too; layer i has 4^i crops.");

    private readonly Option<double> _cropNmsThresh = Number(
        "--crop-nms-thresh", _defaults.CropNmsThresh, "Masks of two crops with a box IoU above this are duplicates.");

    private readonly Option<double> _cropOverlapRatio =
        Number("--crop-overlap-ratio", _defaults.CropOverlapRatio, "Overlap of crops, as a share of the shorter side.");

    private readonly Option<int> _cropNPointsDownscaleFactor = Number(
        "--crop-n-points-downscale-factor",
        _defaults.CropNPointsDownscaleFactor,
        "Points a side are divided by this in each layer.");

    private readonly Option<int> _minMaskRegionArea = Number(
        "--min-mask-region-area", _defaults.MinMaskRegionArea, "Removes regions and holes of fewer pixels.");

    private readonly Option<double> _maxMaskAreaRatio = Number(
        "--max-mask-area-ratio", _defaults.MaxMaskAreaRatio, "Drops masks of this share of the image or more; 0 for none.");

    private readonly Option<IReadOnlyList<IReadOnlyList<GridPoint>>?> _pointGrids = new("--point-grids")
    {
        Description = "Points of your own instead of --points-per-side: [[[x, y], ...], ...], a grid a layer, 0 to 1.",
        HelpName = "file.json",
        CustomParser = PointGridsFile.Parse,
    };

    private readonly Option<EverythingProfile> _profile = Choice.Create<EverythingProfile>(
        "--profile", "faithful decodes all points; fast skips points that would find the same masks as others.");

    /// <summary>All options.</summary>
    public IEnumerable<Option> All =>
        [
            _pointsPerSide, _pointsPerBatch, _predIouThresh, _stabilityScoreThresh, _stabilityScoreOffset,
            _boxNmsThresh, _cropNLayers, _cropNmsThresh, _cropOverlapRatio, _cropNPointsDownscaleFactor, _pointGrids,
            _minMaskRegionArea, _maxMaskAreaRatio, _profile,
        ];

    /// <summary>True where the command line has one of the options.</summary>
    public bool AreGiven(ParseResult result) => All.Any(option => result.GetResult(option) is { Implicit: false });

    /// <summary>Reads the options of a command line.</summary>
    public EverythingOptions Read(ParseResult result) => Read(result, _defaults);

    /// <summary>Reads the options of a command line; those that are not given have other defaults.</summary>
    public EverythingOptions Read(ParseResult result, EverythingOptions otherwise)
    {
        var grids = result.GetValue(_pointGrids);
        var isSideGiven = result.GetResult(_pointsPerSide) is { Implicit: false };
        return new()
        {
            PointsPerSide = grids is null || isSideGiven ? Given(_pointsPerSide, otherwise.PointsPerSide!.Value) : null,
            PointsPerBatch = Given(_pointsPerBatch, otherwise.PointsPerBatch),
            PredIouThresh = Given(_predIouThresh, otherwise.PredIouThresh),
            StabilityScoreThresh = Given(_stabilityScoreThresh, otherwise.StabilityScoreThresh),
            StabilityScoreOffset = Given(_stabilityScoreOffset, otherwise.StabilityScoreOffset),
            BoxNmsThresh = Given(_boxNmsThresh, otherwise.BoxNmsThresh),
            CropNLayers = Given(_cropNLayers, otherwise.CropNLayers),
            CropNmsThresh = Given(_cropNmsThresh, otherwise.CropNmsThresh),
            CropOverlapRatio = Given(_cropOverlapRatio, otherwise.CropOverlapRatio),
            CropNPointsDownscaleFactor = Given(_cropNPointsDownscaleFactor, otherwise.CropNPointsDownscaleFactor),
            PointGrids = grids,
            MinMaskRegionArea = Given(_minMaskRegionArea, otherwise.MinMaskRegionArea),
            MaxMaskAreaRatio = Given(_maxMaskAreaRatio, otherwise.MaxMaskAreaRatio),
            Profile = Given(_profile, otherwise.Profile),
        };

        T Given<T>(Option<T> option, T value) =>
            result.GetResult(option) is { Implicit: false } ? result.GetValue(option)! : value;
    }

    private static Option<T> Number<T>(string name, T defaultValue, string description) => new(name)
    {
        Description = description,
        HelpName = "number",
        DefaultValueFactory = _ => defaultValue,
    };
}
