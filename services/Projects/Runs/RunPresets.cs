using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;

namespace Segmentation.Projects.Runs;

/// <summary>Named options of runs.</summary>
internal static class RunPresets
{
    /// <summary>Appendix B of the SAM paper (arXiv 2304.02643): what made SA-1B.</summary>
    public const string Sa1B = "sa1b";

    /// <summary>Few and sure masks for the semi-automatic stage.</summary>
    public const string Confident = "confident";

    /// <summary>Name of a run whose options differ from its preset's.</summary>
    public const string Custom = "custom";

    private const string Published = "segment-anything";
    private const string Fast = "fast";

    /// <summary>All presets.</summary>
    public static IReadOnlyList<Preset> All { get; } =
    [
        new Preset
        {
            Name = Sa1B,
            Description = "The automatic stage of SA-1B as appendix B of the SAM paper describes it: 32 x 32 points on the "
                + "whole picture, 16 x 16 on each of 2 x 2 crops and 8 x 8 on each of 4 x 4; predicted IoU above 0.88, "
                + "stability from 0.95, box NMS at 0.7 in and between crops; masks of 95 % of the picture or more are "
                + "dropped; regions and holes below 100 pixels are removed, and masks that have no larger region. The paper "
                + "used its ViT-H model; a run takes the project's.",
            Options = Options(layers: 2, regions: 100, most: 0.95),
        },
        new Preset
        {
            Name = Confident,
            Description = "Few and sure masks for people to accept or reject: 32 x 32 points on the whole picture, predicted "
                + "IoU above 0.93 and stability from 0.97. The paper prefilled pictures by a box detector trained on its "
                + "first masks instead.",
            Options = Options(iou: 0.93, stability: 0.97, regions: 100, most: 0.95),
        },
        new Preset
        {
            Name = Published,
            Description = "The defaults of segment-anything's automatic mask generator: 32 x 32 points on the whole picture, "
                + "predicted IoU above 0.88, stability from 0.95, no crops.",
            Options = Options(),
        },
        new Preset
        {
            Name = Fast,
            Description = "As segment-anything, but coarse to fine: decodes a third of the points and misses some masks.",
            Options = Options(profile: EverythingProfile.Fast),
        },
    ];

    /// <summary>A preset by name; null: there is none.</summary>
    public static Preset? Find(string name) => All.FirstOrDefault(preset => preset.Name == name);

    /// <summary>All options are set, so that a run says what it does although defaults change.</summary>
    private static EverythingOptions Options(
        double iou = 0.88,
        double stability = 0.95,
        uint layers = 0,
        uint regions = 0,
        double most = 0,
        EverythingProfile profile = EverythingProfile.Faithful) => new()
        {
            PointsPerSide = 32,
            PointsPerBatch = 64,
            PredIouThresh = iou,
            StabilityScoreThresh = stability,
            StabilityScoreOffset = 1,
            BoxNmsThresh = 0.7,
            CropNLayers = layers,
            CropNmsThresh = 0.7,
            CropOverlapRatio = 512.0 / 1500,
            CropNPointsDownscaleFactor = layers > 0 ? 2u : 1u,
            MinMaskRegionArea = regions,
            MaxMaskAreaRatio = most,
            Profile = profile,
        };
}
