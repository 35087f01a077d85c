namespace Segmentation.Grains;

/// <summary>Points of a crop to decode; the grain is that of the crop's embedding.</summary>
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
    /// The search that asks. The silo keeps the result for other searches of the same plan until all searches that
    /// asked have left.
    /// </summary>
    [Id(3)]
    public Guid Search { get; init; }
}

/// <summary>Result of points, or the reason why they were not decoded.</summary>
[GenerateSerializer, Immutable, Alias("segmentation.everything.points-reply")]
public sealed record PointsReply
{
    /// <summary>Ok, ImageNotFound or Overloaded.</summary>
    [Id(0)]
    public required DecodeStatus Status { get; init; }

    /// <summary>Masks that passed the filters, in the order of their points and tokens.</summary>
    [Id(1)]
    public CandidateData[] Candidates { get; init; } = [];

    /// <summary>Points of later rounds that would very likely find the same masks, ascending.</summary>
    [Id(2)]
    public int[] Explained { get; init; } = [];

    /// <summary>Delay before the next attempt (Overloaded).</summary>
    [Id(3)]
    public TimeSpan RetryAfter { get; init; }

    /// <summary>
    /// True if the silo is about to end: this reply is valid, but the next points should go elsewhere.
    /// </summary>
    [Id(4)]
    public bool IsSiloDraining { get; init; }
}
