using Microsoft.Extensions.Options;
using Segmentation.Common;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Engine;
using Segmentation.Decoder.Telemetry;
using Segmentation.Sam;

namespace Segmentation.Decoder.Scheduling;

/// <summary>
/// A silo's decode workers: dedicated threads, each with its own buffers, over shared models. Grains hand work in
/// and await it, so an Orleans thread never decodes. Interactive work goes first, short work also before the rest of
/// what has begun; batch work fills what is left, tenants take turns, work that was cancelled leaves its lane at once,
/// and what could not be done in time is refused instead of queued.
/// </summary>
internal sealed class DecodeScheduler
{
    /// <summary>Factor by which an estimate may be wrong before it refuses work that has waited.</summary>
    private const double Doubt = 2;

    private static readonly TimeSpan _shortestRetry = TimeSpan.FromMilliseconds(50);
    private readonly PriorityLanes _lanes;
    private readonly IDecodeEngine _engine;
    private readonly DecoderMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly int _workers;
    private readonly TimeSpan _maxWait;
    private readonly WorkEstimate _estimate;
    private readonly List<Task> _exits = [];

    /// <param name="engine">The default model's engine.</param>
    /// <param name="options">Workers and bounds.</param>
    /// <param name="metrics">Receives what is done.</param>
    /// <param name="clock">The clock.</param>
    public DecodeScheduler(
        IDecodeEngine engine, IOptions<DecoderOptions> options, DecoderMetrics metrics, TimeProvider clock)
    {
        _engine = engine;
        _metrics = metrics;
        _clock = clock;
        _workers = options.Value.Workers;
        _maxWait = options.Value.MaxWait;
        _estimate = new WorkEstimate(_workers);
        _lanes = new PriorityLanes(options.Value.MaxQueueLength);
        metrics.ObserveQueues(_lanes.Length);
        metrics.ObserveWorkers(_workers);
    }

    /// <summary>Work that runs at the same time.</summary>
    public int Workers => _workers;

    /// <summary>
    /// Best number of prompts or points in one job: as many as are cheaper together, without leaving workers idle at
    /// the end. One for interactive work, where the time until the last answer counts, and for slow prompts, which
    /// are not cheaper together.
    /// </summary>
    /// <param name="lane">The lane.</param>
    /// <param name="prompts">Prompts or points.</param>
    /// <param name="dearest">What the dearest of them costs, in plain clicks.</param>
    public int PromptsPerJob(Lane lane, int prompts, double dearest) =>
        lane == Lane.Interactive || dearest > PromptCost.LongestUrgent
            ? 1
            : Math.Clamp(prompts / (2 * _workers), 1, Segmenter.MaxBatch);

    /// <summary>Starts the workers.</summary>
    public void Start()
    {
        for (var i = 0; i < _workers; i++)
        {
            var thread = new DecodeThread(_lanes, _engine, _metrics, _clock, _estimate.Add, MayBegin);
            var exit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _exits.Add(exit.Task);
            void Run()
            {
                thread.Run();
                exit.SetResult();
            }

            new Thread(Run) { IsBackground = true, Name = $"decode-{i}" }.Start();
        }
    }

    /// <summary>Refuses what waits and whatever comes, and waits for what runs.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var job in _lanes.Close())
        {
            job.Refuse(_shortestRetry);
        }

        return Task.WhenAll(_exits).WaitAsync(cancellationToken);
    }

    /// <summary>Runs a job on a worker.</summary>
    /// <returns>Its result, or when to try again.</returns>
    /// <exception cref="OperationCanceledException">The job's token was cancelled before it was done.</exception>
    public async Task<JobResult<T>> RunAsync<T>(DecodeJob<T> job)
    {
        var registration = Queue(new JobGroup([job], job.CancellationToken));
        await using (registration.ConfigureAwait(false))
        {
            return await job.Completion.ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Queues the jobs of a request, or refuses them at once: when the lane is full, when an interactive request would
    /// wait longer than <see cref="DecoderOptions.MaxWait"/>, and when the answer would come after the caller's
    /// deadline.
    /// </summary>
    /// <param name="group">The jobs; each completes by itself.</param>
    /// <returns>
    /// Drops what has not begun when the request's token is cancelled; to be disposed when all are complete.
    /// </returns>
    public CancellationTokenRegistration Queue(JobGroup group)
    {
        group.Enter(_clock.GetTimestamp());
        if (Refusal(group) is { } retryAfter)
        {
            Refuse(group, DecoderMetrics.Overloaded, retryAfter);
        }
        else if (!_lanes.TryAdd(group, out var displaced))
        {
            Refuse(group, DecoderMetrics.Overloaded, WaitOf(group, group.Next.Cost));
        }
        else if (displaced is not null)
        {
            Refuse(displaced, DecoderMetrics.Overloaded, WaitOf(displaced, displaced.Next.Cost));
        }

        // After queuing, so that a token already cancelled finds the jobs where it can take them out.
        return group.CancellationToken.UnsafeRegister(state => Drop((JobGroup)state!), group);
    }

    /// <summary>Makes a job interactive, wherever it is on its way, with all of its request.</summary>
    public void Promote(DecodeJob job) => _lanes.Promote(job);

    private void Drop(JobGroup group)
    {
        if (_lanes.TryRemove(group))
        {
            _metrics.Dropped(group.Lane, DecoderMetrics.Cancelled, group.Left);
            group.Drop();
        }
    }

    private void Refuse(JobGroup group, string reason, TimeSpan retryAfter)
    {
        _metrics.Dropped(group.Lane, reason, group.Left);
        group.Refuse(retryAfter > _shortestRetry ? retryAfter : _shortestRetry);
    }

    /// <summary>When to try again, if a request cannot be answered in time; null for one to be let in.</summary>
    private TimeSpan? Refusal(JobGroup group)
    {
        // An empty queue accepts every request: only work that runs corrects a wrong estimate of its time.
        if (!_lanes.AnyWaitsBut(group))
        {
            return null;
        }

        var begins = WaitOf(group, group.Next.Cost);
        if (group.Lane == Lane.Interactive && begins > _maxWait)
        {
            return begins - _maxWait / 2;
        }

        var late = WaitOf(group, group.CostLeft) + _estimate.Of(group) - LeftOf(group);
        return late > TimeSpan.Zero ? late : null;
    }

    /// <summary>Tells whether a job that a worker has taken is still of use; if not, refuses its request.</summary>
    private bool MayBegin(DecodeJob job)
    {
        var group = job.Group!;
        var left = LeftOf(group);
        if (job.CancellationToken.IsCancellationRequested
            || left > _estimate.Of(group) / Doubt
            || (left > TimeSpan.Zero && !_lanes.AnyWaitsBut(group)))
        {
            return true;
        }

        _metrics.Dropped(group.Lane, DecoderMetrics.Late, 1);
        job.Refuse(_shortestRetry);
        if (_lanes.TryRemove(group))
        {
            Refuse(group, DecoderMetrics.Late, _shortestRetry);
        }

        return false;
    }

    /// <summary>
    /// Time until workers come to a request, or with all of its work, to the end of what is done before that.
    /// </summary>
    private TimeSpan WaitOf(JobGroup group, double work)
    {
        var wait = TimeSpan.Zero;
        foreach (var (level, cost) in _lanes.Ahead(group, work).Index())
        {
            wait += _estimate.Together((JobLevel)level, cost);
        }

        return wait;
    }

    private TimeSpan LeftOf(JobGroup group) => group.TimeLimit - _clock.GetElapsedTime(group.ArrivedAt);
}
