using Segmentation.Common;
using Segmentation.Decoder.Engine;

namespace Segmentation.Decoder.Scheduling;

/// <summary>Work with a result.</summary>
/// <typeparam name="T">What it gives.</typeparam>
/// <param name="lane">Who is served first.</param>
/// <param name="work">Runs on a worker's thread.</param>
/// <param name="cancellationToken">Drops it while it waits, ends the run once it has begun.</param>
internal sealed class DecodeJob<T>(
    Lane lane, Func<IDecodeWorker, CancellationToken, T> work, CancellationToken cancellationToken)
    : DecodeJob(lane, cancellationToken)
{
    private readonly TaskCompletionSource<JobResult<T>> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);


    /// <summary>Outcome of the job.</summary>
    public Task<JobResult<T>> Completion => _completion.Task;

    public override void Run(IDecodeWorker worker, PausableStopwatch stopwatch)
    {
        if (CancellationToken.IsCancellationRequested)
        {
            Drop();
            return;
        }

        var start = stopwatch.Elapsed;
        try
        {
            var value = work(worker, CancellationToken);
            _completion.SetResult(new JobResult<T>(value, stopwatch.Elapsed - start, null));
        }
        catch (OperationCanceledException) when (CancellationToken.IsCancellationRequested)
        {
            Drop();
        }
        catch (Exception error)
        {
            _completion.SetException(error);
        }
    }

    public override void Refuse(TimeSpan retryAfter) =>
        _completion.SetResult(new JobResult<T>(default, TimeSpan.Zero, retryAfter));

    public override void Drop() => _completion.SetCanceled(CancellationToken);
}

/// <summary>Outcome of a job.</summary>
/// <param name="Value">What it gave; default when it was refused.</param>
/// <param name="WorkTime">Time on the worker, without waiting.</param>
/// <param name="RefusedFor">Set when the scheduler had no room: when to try again.</param>
/// <typeparam name="T">What it gives.</typeparam>
internal readonly record struct JobResult<T>(T? Value, TimeSpan WorkTime, TimeSpan? RefusedFor);
