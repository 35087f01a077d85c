using Segmentation.Masks;
using Segmentation.Masks.Everything;
using Segmentation.Sam.Decoding;

namespace Segmentation.Sam.Everything;

/// <summary>
/// Decodes a batch of points and filters their masks: <c>_process_batch</c> of segment-anything. The result depends on
/// the crop's prepared image, the plan and the batch alone. Safe for concurrent use, each thread with a workspace of
/// its own.
/// </summary>
/// <param name="segmenter">The model.</param>
public sealed class CandidateFinder(Segmenter segmenter)
{
    /// <summary>Makes the buffers of one thread.</summary>
    public CandidateWorkspace CreateWorkspace() => new(segmenter.CreateWorkspace());

    /// <summary>Finds the masks of a batch.</summary>
    /// <param name="image">The crop, prepared as an image of its own.</param>
    /// <param name="plan">The plan that the batch is of.</param>
    /// <param name="batch">The points.</param>
    /// <param name="workspace">This thread's buffers.</param>
    /// <param name="cancellationToken">Checked before and during every run and while masks are made.</param>
    /// <returns>The masks that passed, and the points of later rounds that they explain.</returns>
    /// <exception cref="ArgumentException">The image is not of the size of the batch's crop.</exception>
    public BatchResult Find(
        PreparedImage image,
        EverythingPlan plan,
        PointBatch batch,
        CandidateWorkspace workspace,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(workspace);
        var crop = plan.Crops[batch.Crop];
        if (image.Geometry.Width != crop.Box.Width || image.Geometry.Height != crop.Box.Height)
        {
            throw new ArgumentException(
                $"The prepared image has {image.Geometry.Width} x {image.Geometry.Height} pixels, crop {crop.Index} "
                + $"{crop.Box.Width} x {crop.Box.Height}.",
                nameof(image));
        }

        var found = new PointDecoder(segmenter, image, plan, crop, workspace)
            .Decode(batch.Points, cancellationToken);
        var explained = new SortedSet<int>();
        var masks = found.ToLookup(m => m.Point);
        var yieldPoint = new YieldPoint(workspace.OnYield, cancellationToken);
        foreach (var point in batch.Points)
        {
            yieldPoint.Check();
            PointExplanation.Add(image, crop, point, masks[point], explained);
        }

        return new(found, [.. explained]);
    }
}
