using System.Diagnostics;
using Segmentation.Decoder.Engine;
using Segmentation.Decoder.Telemetry;

namespace Segmentation.Decoder.Scheduling;

/// <summary>
/// A thread that does jobs. Between the rows of a long job it does the urgent jobs that no other thread is free for,
/// with buffers of their own: a click waits for a row, not for a job.
/// </summary>
internal sealed class DecodeThread
{
    private readonly PriorityLanes _lanes;
    private readonly DecoderMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly Action<DecodeJob, TimeSpan> _measured;
    private readonly Func<DecodeJob, bool> _mayBegin;
    private readonly EngineWorkers _interactive;
    private readonly EngineWorkers _batch;
    private readonly PausableStopwatch _interactiveTime;
    private readonly PausableStopwatch _batchTime;
    private bool _isOneARow;

    /// <param name="lanes">Where jobs come from.</param>
    /// <param name="engine">Makes the workers of the default model.</param>
    /// <param name="metrics">Receives what is done.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="measured">Receives how long each job took; on the thread.</param>
    /// <param name="mayBegin">Says whether a job is to be done, after it was taken; answers it if not.</param>
    public DecodeThread(
        PriorityLanes lanes,
        IDecodeEngine engine,
        DecoderMetrics metrics,
        TimeProvider clock,
        Action<DecodeJob, TimeSpan> measured,
        Func<DecodeJob, bool> mayBegin)
    {
        (_lanes, _metrics, _clock, _measured, _mayBegin) = (lanes, metrics, clock, measured, mayBegin);
        (_interactive, _batch) = (new(engine), new(engine));
        (_interactiveTime, _batchTime) = (new(clock), new(clock));
        _batch.OnYield = DoInteractive;
    }

    /// <summary>Does jobs until the lanes are closed.</summary>
    public void Run()
    {
        while (_lanes.Take() is { } job)
        {
            if (job.Group!.Level == JobLevel.Urgent)
            {
                Do(job, _interactive, _interactiveTime);
            }
            else
            {
                DoLong(job);
            }
        }
    }

    private void DoLong(DecodeJob job)
    {
        // Batch work is done in what time is left. Somebody waits for the other, so it goes on between clicks.
        _isOneARow = job.Group!.Level == JobLevel.Long;
        Do(job, _batch, _batchTime);
    }

    private void DoInteractive()
    {
        while (_lanes.TryTakePreempting() is { } job)
        {
            var (interrupted, start) = (Activity.Current, _batchTime.Elapsed);
            Activity.Current = null;
            Do(job, _interactive, _interactiveTime);
            Activity.Current = interrupted;
            _batchTime.Pause(_batchTime.Elapsed - start);
            if (_isOneARow)
            {
                return;
            }
        }
    }

    private void Do(DecodeJob job, EngineWorkers workers, PausableStopwatch stopwatch)
    {
        if (!_mayBegin(job))
        {
            return;
        }

        var start = stopwatch.Elapsed;
        if (job.Group!.IsFirst(job))
        {
            // The others wait for those before them.
            var wait = _clock.GetElapsedTime(job.QueuedAt);
            _metrics.Waited(job.Lane, wait);
            DecoderTelemetry.Waited(job.Parent, wait, _clock);
        }

        using (var activity = DecoderTelemetry.Source.StartActivity(job.Name, ActivityKind.Internal, job.Parent))
        {
            activity?.SetTag("segmentation.decoder.lane", DecoderMetrics.NameOf(job.Lane));
            job.Run(workers.Of(job.Engine), stopwatch);
        }

        var duration = stopwatch.Elapsed - start;
        _metrics.Worked(job.Lane, job.Name, job.Prompts, duration);
        _measured(job, duration);
    }
}
