using System.Diagnostics;
using Segmentation.Masks.Everything;
using Segmentation.Sam;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Everything;

namespace Segmentation.LoadTests.Searching;

/// <summary>Finds everything in an image on one thread and times it, batch by batch.</summary>
internal sealed class SearchTiming(Segmenter segmenter, PreparedImage image, CancellationToken cancellationToken)
{
    private readonly CandidateFinder _finder = new(segmenter);

    /// <summary>
    /// Does a search in steps, so that something else can be measured in turn with it, outside of its time.
    /// </summary>
    /// <param name="options">What to look for; no crops.</param>
    /// <returns>
    /// The points of every batch, in pixels of the image; with the last step the result and no points.
    /// </returns>
    public IEnumerable<(IReadOnlyList<(double X, double Y)> Points, Result? Result)> Steps(EverythingOptions options)
    {
        var plan = new EverythingPlan(image.Geometry.Width, image.Geometry.Height, options);
        var (crop, workspace) = (plan.Crops[0], _finder.CreateWorkspace());
        // The first run of a shape lets ONNX Runtime plan its memory.
        _finder.Find(image, plan, new CropSearch(plan, crop).NextRound()[0], workspace, cancellationToken);
        var search = new CropSearch(plan, crop);
        var (seconds, points) = (0.0, 0);
        for (var round = search.NextRound(); round.Count > 0; round = search.NextRound())
        {
            foreach (var batch in round)
            {
                var started = Stopwatch.GetTimestamp();
                search.Add(batch, _finder.Find(image, plan, batch, workspace, cancellationToken));
                seconds += Stopwatch.GetElapsedTime(started).TotalSeconds;
                points += batch.Points.Count;
                yield return ([.. batch.Points.Select(crop.PointInCrop)], null);
            }
        }

        var ending = Stopwatch.GetTimestamp();
        var masks = MaskSelection.Select(plan, [search.Finish()], cancellationToken);
        yield return ([], new(masks, points, seconds + Stopwatch.GetElapsedTime(ending).TotalSeconds));
    }

    /// <param name="Masks">The masks.</param>
    /// <param name="Points">Points decoded.</param>
    /// <param name="Seconds">Time of all batches and of choosing among their masks.</param>
    public sealed record Result(IReadOnlyList<EverythingMask> Masks, int Points, double Seconds)
    {
        /// <summary>Share of the other's masks that are matched, one to one, by one of these.</summary>
        public double Recall(Result other, double leastIoU)
        {
            var pairs =
                from theirs in other.Masks
                from ours in Masks
                let iou = theirs.RunLengths.IoU(ours.RunLengths)
                where iou >= leastIoU
                orderby iou descending
                select (theirs, ours);
            var (matched, used) = (new HashSet<EverythingMask>(), new HashSet<EverythingMask>());
            foreach (var (theirs, ours) in pairs)
            {
                if (!matched.Contains(theirs) && used.Add(ours))
                {
                    matched.Add(theirs);
                }
            }

            return other.Masks.Count == 0 ? 1 : (double)matched.Count / other.Masks.Count;
        }
    }
}
