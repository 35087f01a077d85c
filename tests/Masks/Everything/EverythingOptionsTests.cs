using System.Text.Json;
using Segmentation.Masks.Everything;

namespace Segmentation.Masks.Tests.Everything;

public sealed class EverythingOptionsTests
{
    private static readonly IReadOnlyList<GridPoint> _centre = [new(0.5, 0.5)];

    public static TheoryData<EverythingOptions, string> Wrong => new()
    {
        { new() { PointsPerSide = 0 }, "points_per_side is 0; allowed is 1 to 1024." },
        { new() { PointsPerBatch = 0 }, "points_per_batch is 0; allowed is 1 to 4096." },
        { new() { PredIouThresh = 1.5 }, "pred_iou_thresh is 1.5; allowed is 0 to 1." },
        { new() { StabilityScoreThresh = -0.1 }, "stability_score_thresh is -0.1; allowed is 0 to 1." },
        { new() { StabilityScoreOffset = double.NaN }, "stability_score_offset is NaN; allowed is 0 to 100." },
        { new() { BoxNmsThresh = double.NaN }, "box_nms_thresh is NaN; allowed is 0 to 1." },
        { new() { CropNLayers = 9 }, "crop_n_layers is 9; allowed is 0 to 8." },
        { new() { CropNmsThresh = 2 }, "crop_nms_thresh is 2; allowed is 0 to 1." },
        { new() { CropOverlapRatio = 1 }, "crop_overlap_ratio is 1; allowed is 0 to less than 1." },
        { new() { CropNPointsDownscaleFactor = 0 }, "crop_n_points_downscale_factor is 0; allowed is 1 to 1024." },
        { new() { MinMaskRegionArea = -1 }, "min_mask_region_area is -1; allowed is at least 0." },
        { new() { MaxMaskAreaRatio = 1.5 }, "max_mask_area_ratio is 1.5; allowed is 0 to 1." },
        { new() { Profile = (EverythingProfile)7 }, "profile is 7; allowed is Faithful or Fast." },
        { new() { PointGrids = [_centre] }, "one of points_per_side and point_grids is needed; both are given." },
        { new() { PointsPerSide = null }, "one of points_per_side and point_grids is needed; neither is given." },
        {
            new() { PointsPerSide = 8, CropNLayers = 2, CropNPointsDownscaleFactor = 3 },
            "crop_n_points_downscale_factor is 3, which leaves no points for crop layer 2 of 8 points_per_side"
        },
        {
            new() { PointsPerSide = null, PointGrids = [_centre], CropNLayers = 1 },
            "point_grids has 1 grids; allowed is at least 2"
        },
        { new() { PointsPerSide = null, PointGrids = [[]] }, "point_grids[0] has 0 points; allowed is at least 1." },
        {
            new() { PointsPerSide = null, PointGrids = [[new(0.5, 1.25)]] },
            "point_grids[0] has the point 0.5, 1.25; allowed is 0 to 1"
        },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Validate_WrongOption_NamesItItsValueAndWhatIsAllowed(EverythingOptions options, string message)
    {
        var invalid = Assert.Single(options.Validate());

        Assert.Contains(message, invalid.Message, StringComparison.Ordinal);
        Assert.Contains(invalid.Name, invalid.Message, StringComparison.Ordinal);
        var error = Assert.Throws<ArgumentException>(() => new EverythingPlan(10, 10, options));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_SeveralWrong_NamesAll() => Assert.Equal(
        ["pred_iou_thresh", "crop_n_layers", "points_per_side"],
        new EverythingOptions { PredIouThresh = 2, CropNLayers = -1, PointsPerSide = 2000 }.Validate()
            .Select(i => i.Name));

    [Fact]
    public void Default_IsTheReferences()
    {
        var options = EverythingOptions.Default;

        Assert.Empty(options.Validate());
        Assert.Equal((32, 64), (options.PointsPerSide, options.PointsPerBatch));
        Assert.Equal(
            (0.88, 0.95, 1.0), (options.PredIouThresh, options.StabilityScoreThresh, options.StabilityScoreOffset));
        Assert.Equal((0.7, 0.7, 512.0 / 1500), (options.BoxNmsThresh, options.CropNmsThresh, options.CropOverlapRatio));
        Assert.Equal((0, 1, 0), (options.CropNLayers, options.CropNPointsDownscaleFactor, options.MinMaskRegionArea));
        Assert.Equal(EverythingProfile.Faithful, options.Profile);
    }

    [Fact]
    public void FromJson_AllOptions_AreThoseWritten()
    {
        var options = new EverythingOptions
        {
            PointsPerSide = null,
            PointsPerBatch = 7,
            PredIouThresh = 0.1 + 0.2,
            StabilityScoreThresh = 0.91,
            StabilityScoreOffset = 0.7,
            BoxNmsThresh = 0.6,
            CropNLayers = 1,
            CropNmsThresh = 0.5,
            CropOverlapRatio = 1.0 / 3,
            CropNPointsDownscaleFactor = 2,
            PointGrids = [[new(1.0 / 3, 0.1f), new(0, 1)], _centre],
            MinMaskRegionArea = 12,
            MaxMaskAreaRatio = 0.95,
            Profile = EverythingProfile.Fast,
        };

        var read = EverythingOptions.FromJson(options.ToJson());

        Assert.Equal(options.PointGrids, read.PointGrids);
        Assert.Equal(options, read with { PointGrids = options.PointGrids });
        Assert.Equal(options.Hash(), read.Hash());
    }

    [Fact]
    public void FromJson_OfAnEarlierVersion_HasDefaultsForOptionsThatItDidNotKnow()
    {
        var read = EverythingOptions.FromJson("""{"PointsPerSide":8,"CropNLayers":2}"""u8);

        Assert.Equal(new EverythingOptions { PointsPerSide = 8, CropNLayers = 2 }, read);
    }

    [Fact]
    public void FromJson_OfALaterVersion_IsRefusedByName()
    {
        var error = Assert.Throws<JsonException>(
            () => EverythingOptions.FromJson("""{"PointsPerSide":8,"MinMaskHeight":3}"""u8));

        Assert.Contains("MinMaskHeight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hash_OtherOptions_IsAnother()
    {
        EverythingOptions[] options =
        [
            new(),
            new() { PointsPerSide = 31 },
            new() { BoxNmsThresh = 0.71 },
            new() { Profile = EverythingProfile.Fast },
            new() { PointsPerSide = null, PointGrids = [_centre] },
            new() { PointsPerSide = null, PointGrids = [[new(0.5, 0.6)]] },
            new() { PointsPerSide = null, PointGrids = [_centre, _centre] },
        ];

        Assert.Distinct(options.Select(one => one.Hash()));
        Assert.Equal(new EverythingOptions().Hash(), EverythingOptions.Default.Hash());
    }
}
