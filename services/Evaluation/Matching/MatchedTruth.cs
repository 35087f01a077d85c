namespace Segmentation.Evaluation.Matching;

/// <summary>A true mask that found ones are matched with.</summary>
/// <param name="Place">Its column of the IoUs.</param>
/// <param name="IsCrowd">True for a crowd, which any number of found masks may match.</param>
/// <param name="IsIgnored">True where a match counts neither for the model nor against it.</param>
internal readonly record struct MatchedTruth(int Place, bool IsCrowd, bool IsIgnored);
