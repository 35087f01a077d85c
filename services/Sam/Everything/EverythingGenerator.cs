using System.Collections.Concurrent;
using System.Diagnostics;
using Segmentation.Masks.Everything;
using Segmentation.Sam.Decoding;

namespace Segmentation.Sam.Everything;

/// <summary>Finds everything in an image on the threads of this process.</summary>
/// <param name="segmenter">The model; best with one thread a run.</param>
/// <param name="threads">Batches decoded at the same time, at least 1.</param>
public sealed class EverythingGenerator(Segmenter segmenter, int threads)
{
    private readonly CandidateFinder _finder = new(segmenter);
    private readonly ConcurrentBag<CandidateWorkspace> _workspaces = [];

    /// <summary>Finds everything.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="prepare">Encodes and prepares a crop; called for one crop after the other.</param>
    /// <param name="progress">Receives progress after every batch, from one thread at a time.</param>
    /// <param name="cancellationToken">Stops the work, within a batch.</param>
    /// <returns>The masks in the reference's order, the same for any number of threads; possibly none.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyList<EverythingMask> Generate(
        EverythingPlan plan,
        Func<EverythingCrop, CancellationToken, PreparedImage> prepare,
        IProgress<EverythingProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(prepare);
        var run = new Run(plan, progress);
        var crops = new List<IReadOnlyList<EverythingMask>>();
        foreach (var crop in plan.Crops)
        {
            cancellationToken.ThrowIfCancellationRequested();
            crops.Add(Search(run, crop, prepare(crop, cancellationToken), cancellationToken));
        }

        return MaskSelection.Select(plan, crops, cancellationToken);
    }

    private IReadOnlyList<EverythingMask> Search(
        Run run, EverythingCrop crop, PreparedImage image, CancellationToken cancellationToken)
    {
        var search = new CropSearch(run.Plan, crop);
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = threads,
            CancellationToken = cancellationToken,
        };
        for (var round = search.NextRound(); round.Count > 0; round = search.NextRound())
        {
            Parallel.ForEach(Partitioner.Create(round, EnumerablePartitionerOptions.NoBuffering), options, batch =>
            {
                var workspace = _workspaces.TryTake(out var free) ? free : _finder.CreateWorkspace();
                var result = _finder.Find(image, run.Plan, batch, workspace, cancellationToken);
                _workspaces.Add(workspace);
                run.Add(search, batch, result);
            });
        }

        run.EndCrop(crop);
        return search.Finish();
    }

    /// <summary>State of one call.</summary>
    private sealed class Run(EverythingPlan plan, IProgress<EverythingProgress>? progress)
    {
        private readonly Lock _lock = new();
        private readonly long _started = Stopwatch.GetTimestamp();
        private int _cropsDone;
        private long _pointsOfCrops;
        private int _candidates;

        public EverythingPlan Plan => plan;

        public void Add(CropSearch search, PointBatch batch, BatchResult result)
        {
            lock (_lock)
            {
                search.Add(batch, result);
                _candidates += result.Candidates.Count;
                Report(search.PointsDone);
            }
        }

        public void EndCrop(EverythingCrop crop)
        {
            _cropsDone++;
            _pointsOfCrops += crop.Grid.Count;
            Report(0);
        }

        private void Report(int pointsOfThisCrop) => progress?.Report(new(
            _cropsDone,
            plan.Crops.Count,
            _pointsOfCrops + pointsOfThisCrop,
            plan.Points,
            _candidates,
            Stopwatch.GetElapsedTime(_started)));
    }
}
