namespace Segmentation.Decoder.Scheduling;

/// <summary>
/// A request that is done in pieces, a few prompts or points each: a worker is free again after every one of them, so
/// that other tenants get their turns, and the work runs on all workers.
/// </summary>
/// <typeparam name="T">What a piece gives.</typeparam>
/// <param name="scheduler">Runs them.</param>
/// <param name="count">Pieces, at least 1.</param>
/// <param name="jobOf">Makes the job of a piece, with the token that ends it.</param>
internal sealed class ChunkedJobs<T>(
    DecodeScheduler scheduler, int count, Func<int, CancellationToken, DecodeJob<T>> jobOf)
{
    /// <summary>When the request came, as a timestamp; 0: when it is queued.</summary>
    public long ArrivedAt { get; init; }

    /// <summary>Time after the arrival until which the answer is of use; null: the limit of a grain call.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Results of the pieces, in order.</summary>
    public T[] Results { get; } = new T[count];

    /// <summary>Time the workers took, without waiting: the sum over all pieces.</summary>
    public TimeSpan WorkTime { get; private set; }

    /// <summary>
    /// Runs all of them. Once one was refused or failed, those that wait are dropped and those that run ended.
    /// </summary>
    /// <param name="cancellationToken">Drops what has not begun, ends what runs.</param>
    /// <returns>When to try again, if one was refused; null when all were answered.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<TimeSpan?> CompleteAsync(CancellationToken cancellationToken)
    {
        // Nothing here needs the caller's scheduler, and every way back to Orleans' costs a task.
        using var stop = count == 1 ? null : CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var token = stop?.Token ?? cancellationToken;
        var jobs = new DecodeJob<T>[count];
        for (var i = 0; i < count; i++)
        {
            jobs[i] = jobOf(i, token);
        }

        var group = new JobGroup(jobs, token) { ArrivedAt = ArrivedAt };
        group.TimeLimit = TimeLimit ?? group.TimeLimit;
        var registration = scheduler.Queue(group);
        await using (registration.ConfigureAwait(false))
        {
            if (stop is null)
            {
                return Take(0, await jobs[0].Completion.ConfigureAwait(false));
            }

            try
            {
                return await TakeAllAsync(jobs).ConfigureAwait(false);
            }
            finally
            {
                await EndAsync(jobs, stop).ConfigureAwait(false);
            }
        }
    }

    private static async Task EndAsync(DecodeJob<T>[] jobs, CancellationTokenSource stop)
    {
        var completions = Task.WhenAll(jobs.Select(job => job.Completion));
        if (completions.IsCompleted)
        {
            return;
        }

        await stop.CancelAsync().ConfigureAwait(false);
        await ((Task)completions).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<TimeSpan?> TakeAllAsync(DecodeJob<T>[] jobs)
    {
        var indices = jobs.Index().ToDictionary(job => (Task)job.Item.Completion, job => job.Index);
        await foreach (var done in Task.WhenEach(jobs.Select(job => job.Completion)).ConfigureAwait(false))
        {
            if (Take(indices[done], await done.ConfigureAwait(false)) is { } refusedFor)
            {
                return refusedFor;
            }
        }

        return null;
    }

    private TimeSpan? Take(int index, JobResult<T> result)
    {
        WorkTime += result.WorkTime;
        Results[index] = result.Value!;
        return result.RefusedFor;
    }
}
