namespace Segmentation.Grains.Everything;

/// <summary>What points found, or why they were not asked.</summary>
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

    /// <summary>When to try again (Overloaded).</summary>
    [Id(3)]
    public TimeSpan RetryAfter { get; init; }

    /// <summary>The silo is about to end: this reply counts, and the next points should go elsewhere.</summary>
    [Id(4)]
    public bool IsSiloDraining { get; init; }
}
