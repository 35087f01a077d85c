using Segmentation.Grains;

namespace Segmentation.Decoder.Scheduling;

/// <summary>
/// The prompts of one request, each a job of its own: a worker is free again after every one of them, so that a click waits
/// for one prompt of a bulk request and not for all, and a request runs on all workers. At most as many as there are
/// workers wait at a time, so a bulk request does not fill the lane.
/// </summary>
/// <param name="scheduler">Runs them.</param>
/// <param name="count">Prompts.</param>
/// <param name="jobOf">Makes the job of a prompt.</param>
internal sealed class PromptsRun(DecodeScheduler scheduler, int count, Func<int, DecodeJob<MaskData[]>> jobOf)
{
    private readonly Lock _gate = new();
    private TimeSpan? _refusedFor;
    private bool _hasFailed;
    private int _next;

    /// <summary>The masks of each prompt, in order.</summary>
    public MaskData[][] Results { get; } = new MaskData[count][];

    /// <summary>Time the workers took, without waiting: the sum over all prompts.</summary>
    public TimeSpan WorkTime { get; private set; }

    /// <summary>Runs all of them, or none further once one was refused or failed.</summary>
    /// <returns>When to try again, if one was refused; null when all were answered.</returns>
    public async Task<TimeSpan?> CompleteAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, Math.Min(count, scheduler.Workers)).Select(_ => RunAsync()));
        return _refusedFor;
    }

    private async Task RunAsync()
    {
        while (Next() is { } index)
        {
            JobResult<MaskData[]> result;
            try
            {
                result = await scheduler.RunAsync(jobOf(index));
            }
            catch
            {
                lock (_gate)
                {
                    _hasFailed = true;
                }

                throw;
            }

            lock (_gate)
            {
                WorkTime += result.WorkTime;
                _refusedFor ??= result.RefusedFor;
            }

            Results[index] = result.Value!;
        }
    }

    private int? Next()
    {
        lock (_gate)
        {
            return _next < count && !_hasFailed && _refusedFor is null ? _next++ : null;
        }
    }
}
