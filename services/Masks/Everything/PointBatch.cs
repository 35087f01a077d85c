namespace Segmentation.Masks.Everything;

/// <summary>One unit of work: points of one crop, decoded by any worker that has the crop's prepared image.</summary>
/// <param name="Crop">Index of the crop in the plan.</param>
/// <param name="Points">Indices of points in the crop's grid, ascending; at most <c>points_per_batch</c>.</param>
public sealed record PointBatch(int Crop, IReadOnlyList<int> Points);

/// <summary>Result of a batch of points.</summary>
/// <param name="Candidates">Masks that passed the filters, in the order of their points and tokens.</param>
/// <param name="Explained">
/// Points of later rounds that would very likely find the same masks, ascending; none with
/// <see cref="EverythingProfile.Faithful"/>.
/// </param>
public sealed record BatchResult(IReadOnlyList<MaskCandidate> Candidates, IReadOnlyList<int> Explained);
