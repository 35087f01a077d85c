namespace Segmentation.Masks.Everything;

/// <summary>What a batch of points gave.</summary>
/// <param name="Candidates">Masks that passed the filters, in the order of their points and tokens.</param>
/// <param name="Explained">
/// Points of later rounds that would very likely find the same masks, ascending; none with
/// <see cref="EverythingProfile.Faithful"/>.
/// </param>
public sealed record BatchResult(IReadOnlyList<MaskCandidate> Candidates, IReadOnlyList<int> Explained);
