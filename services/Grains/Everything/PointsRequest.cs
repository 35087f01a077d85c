namespace Segmentation.Grains.Everything;

/// <summary>Points of one crop to ask; the grain is that of the crop's embedding.</summary>
[GenerateSerializer, Immutable, Alias("segmentation.everything.points-request")]
public sealed record PointsRequest
{
    /// <summary>The plan that the crop and the points are of.</summary>
    [Id(0)]
    public required PlanData Plan { get; init; }

    /// <summary>Index of the crop in the plan; 0 is the whole image.</summary>
    [Id(1)]
    public required int Crop { get; init; }

    /// <summary>Indices of points in the crop's grid, ascending.</summary>
    [Id(2)]
    public required int[] Points { get; init; }

    /// <summary>
    /// The search that asks. What is found is kept where it was found, for other searches of the same plan, until all
    /// that asked have left.
    /// </summary>
    [Id(3)]
    public Guid Search { get; init; }
}
