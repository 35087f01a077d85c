namespace Segmentation.Decoder.Scheduling;

/// <summary>
/// Work that comes in pieces, a few prompts or points each: a worker is free again after every one of them, so that other
/// tenants get their turns, and the work runs on all workers. At most as many pieces as there are workers wait at a time,
/// so they do not fill the lane.
/// </summary>
/// <typeparam name="T">What a piece gives.</typeparam>
/// <param name="scheduler">Runs them.</param>
/// <param name="count">Pieces.</param>
/// <param name="jobOf">Makes the job of a piece.</param>
internal sealed class JobSeries<T>(DecodeScheduler scheduler, int count, Func<int, DecodeJob<T>> jobOf)
{
    private readonly Lock _gate = new();
    private TimeSpan? _refusedFor;
    private bool _hasFailed;
    private int _next;

    /// <summary>What each piece gave, in order.</summary>
    public T[] Results { get; } = new T[count];

    /// <summary>Time the workers took, without waiting: the sum over all pieces.</summary>
    public TimeSpan WorkTime { get; private set; }

    /// <summary>Runs all of them, or none further once one was refused or failed.</summary>
    /// <returns>When to try again, if one was refused; null when all were answered.</returns>
    public async Task<TimeSpan?> CompleteAsync()
    {
        // Nothing here needs the caller's scheduler, and every way back to Orleans' costs a task.
        await (count == 1
            ? RunAsync()
            : Task.WhenAll(Enumerable.Range(0, Math.Min(count, scheduler.Workers)).Select(_ => RunAsync())))
            .ConfigureAwait(false);
        return _refusedFor;
    }

    private async Task RunAsync()
    {
        while (Next() is { } index)
        {
            JobResult<T> result;
            try
            {
                result = await scheduler.RunAsync(jobOf(index)).ConfigureAwait(false);
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
