using Microsoft.Extensions.Options;
using Segmentation.Decoder.Engine;
using Segmentation.Grains;
using Segmentation.Sam;

namespace Segmentation.Decoder.Scheduling;

/// <summary>
/// A silo's decode workers: dedicated threads, each with its own buffers, over one shared model. Grains hand work in
/// and await it, so an Orleans thread never decodes. Interactive work goes first, also before the rest of batch work that
/// has begun; batch work fills what is left, tenants take turns, and work that was cancelled leaves its lane at once.
/// </summary>
internal sealed class DecodeScheduler
{
    /// <summary>How much one job moves the average: the last twenty or so count.</summary>
    private const double Smoothing = 0.1;

    private static readonly TimeSpan _shortestRetry = TimeSpan.FromMilliseconds(50);
    private readonly DecodeLanes _lanes;
    private readonly IDecodeEngine _engine;
    private readonly DecoderMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly int _workers;
    private readonly List<Task> _exits = [];

    // Before the first job is measured: about a click on one core. All workers write it without a lock: a sample lost
    // to another changes an estimate a little.
    private double _averageSeconds = 0.02;

    public DecodeScheduler(
        IDecodeEngine engine, IOptions<DecoderOptions> options, DecoderMetrics metrics, TimeProvider time)
    {
        _engine = engine;
        _metrics = metrics;
        _time = time;
        _workers = options.Value.Workers;
        _lanes = new DecodeLanes(options.Value.MaxQueueLength);
        metrics.ObserveQueues(_lanes.Length);
        metrics.ObserveWorkers(_workers);
    }

    /// <summary>Work that runs at the same time.</summary>
    public int Workers => _workers;

    /// <summary>
    /// How many prompts or points are best made one job: as many as are cheaper together, but not so few jobs that workers
    /// would stand idle at the end; and one of interactive work, where what counts is the time until the last.
    /// </summary>
    public int PromptsPerJob(Lane lane, int prompts) =>
        lane == Lane.Interactive ? 1 : Math.Clamp(prompts / (2 * _workers), 1, Segmenter.MaxBatch);

    /// <summary>Starts the workers.</summary>
    public void Start()
    {
        for (var i = 0; i < _workers; i++)
        {
            var thread = new DecodeThread(_lanes, _engine, _metrics, _time, Measured);
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
        job.QueuedAt = _time.GetTimestamp();
        var refused = _lanes.TryAdd(job, out var givenUp) ? givenUp : job;
        if (refused is not null)
        {
            _metrics.Dropped(job.Lane, DecoderMetrics.Overloaded);
            refused.Refuse(RetryAfter(job.Lane));
        }

        // After queuing, so that a token already cancelled finds the job where it can take it out.
        var registration = job.CancellationToken.UnsafeRegister(state => Drop((DecodeJob)state!), job);
        await using (registration.ConfigureAwait(false))
        {
            return await job.Completion.ConfigureAwait(false);
        }
    }

    /// <summary>Makes a job interactive, wherever it is on its way.</summary>
    public void Promote(DecodeJob job) => _lanes.Promote(job);

    private void Drop(DecodeJob job)
    {
        if (_lanes.TryRemove(job))
        {
            _metrics.Dropped(job.Lane, DecoderMetrics.Cancelled);
            job.Drop();
        }
    }

    private void Measured(TimeSpan duration) =>
        _averageSeconds += Smoothing * (duration.TotalSeconds - _averageSeconds);

    private TimeSpan RetryAfter(Lane lane)
    {
        var ahead = _lanes.Length(Lane.Interactive) + (lane == Lane.Batch ? _lanes.Length(Lane.Batch) : 0);
        var wait = TimeSpan.FromSeconds((ahead + 1) * _averageSeconds / _workers);
        return wait > _shortestRetry ? wait : _shortestRetry;
    }
}
