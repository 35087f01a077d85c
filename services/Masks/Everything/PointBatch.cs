namespace Segmentation.Masks.Everything;

/// <summary>One unit of work: points of one crop, decoded by any worker that has the crop's prepared image.</summary>
/// <param name="Crop">Index of the crop in the plan.</param>
/// <param name="Points">Indices of points in the crop's grid, ascending; at most <c>points_per_batch</c>.</param>
public sealed record PointBatch(int Crop, IReadOnlyList<int> Points);
