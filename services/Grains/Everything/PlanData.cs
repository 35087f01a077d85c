namespace Segmentation.Grains.Everything;

/// <summary>
/// What finding everything in an image consists of: its size and the options, whose names and meanings are those of
/// segment-anything's automatic mask generator. Crops and grids follow from it, on every silo the same.
/// </summary>
[GenerateSerializer, Immutable, Alias("segmentation.everything.plan")]
public sealed record PlanData
{
    /// <summary>A hash of everything below: plans of one id are the same plan.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>Width of the upright image in pixels.</summary>
    [Id(1)]
    public required int Width { get; init; }

    /// <summary>Height of the upright image in pixels.</summary>
    [Id(2)]
    public required int Height { get; init; }

    /// <summary>Points along each side of the grid; null with <see cref="PointGrids"/>.</summary>
    [Id(3)]
    public int? PointsPerSide { get; init; }

    /// <summary>Points in one unit of work.</summary>
    [Id(4)]
    public required int PointsPerBatch { get; init; }

    /// <summary>Masks need a predicted IoU above this.</summary>
    [Id(5)]
    public required double PredIouThresh { get; init; }

    /// <summary>Masks need at least this stability score.</summary>
    [Id(6)]
    public required double StabilityScoreThresh { get; init; }

    /// <summary>Logits up and down for the stability score.</summary>
    [Id(7)]
    public required double StabilityScoreOffset { get; init; }

    /// <summary>Box IoU above which masks of a crop count as one.</summary>
    [Id(8)]
    public required double BoxNmsThresh { get; init; }

    /// <summary>Layers of crops besides the whole image.</summary>
    [Id(9)]
    public required int CropNLayers { get; init; }

    /// <summary>Box IoU above which masks of two crops count as one.</summary>
    [Id(10)]
    public required double CropNmsThresh { get; init; }

    /// <summary>Overlap of crops, as a share of the shorter side.</summary>
    [Id(11)]
    public required double CropOverlapRatio { get; init; }

    /// <summary>Points a side are divided by this in each layer.</summary>
    [Id(12)]
    public required int CropNPointsDownscaleFactor { get; init; }

    /// <summary>x0, y0, x1, y1, ... of each layer's grid, 0 to 1; null with <see cref="PointsPerSide"/>.</summary>
    [Id(13)]
    public double[][]? PointGrids { get; init; }

    /// <summary>Regions and holes of fewer pixels are removed at the end.</summary>
    [Id(14)]
    public required int MinMaskRegionArea { get; init; }

    /// <summary>Leaves points out that would very likely find the same masks as others.</summary>
    [Id(15)]
    public required bool IsFast { get; init; }
}
