namespace Segmentation.Masks.Everything;

/// <summary>
/// A mask of one grid point that passed the filters, never empty, in pixels of its crop. Its stability score is that at
/// <see cref="EverythingOptions.StabilityScoreOffset"/>. Other points may have found the same mask; duplicates are
/// removed when all points of the crop are done.
/// </summary>
public sealed record MaskCandidate : ScoredMask
{
    /// <summary>Index of the point in its crop's grid.</summary>
    public required int Point { get; init; }

    /// <summary>The decoder's output token, 1 to 3.</summary>
    public required int Token { get; init; }
}
