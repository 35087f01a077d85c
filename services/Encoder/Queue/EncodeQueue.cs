using Microsoft.Extensions.Options;
using Segmentation.Encoder.Configuration;
using Segmentation.Encoder.Pipeline;

namespace Segmentation.Encoder.Queue;

/// <summary>
/// Images that nobody has begun to read: interactive before batch, in turns between tenants, bounded by number and by
/// the time that the last one would wait. Taking blocks, for it happens on the tier's own threads; adding and dropping
/// do not.
/// </summary>
internal sealed class EncodeQueue
{
    /// <summary>
    /// A cheaper image passes a dearer image of the same tenant that came earlier, unless it came earlier by more than
    /// this multiple of the difference in cost.
    /// </summary>
    private const double AgeFactor = 10;

    private static readonly TimeSpan _shortestRetry = TimeSpan.FromMilliseconds(100);
    private readonly object _gate = new();
    private readonly EncodeLanes _waiting;
    private readonly ReadTimes _readTimes = new();
    private readonly HeldPictures _pictures;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _maxWait;
    private readonly int _workers;
    private readonly int _readers;

    private long _added;
    private bool _isClosed;

    public EncodeQueue(IOptions<EncoderOptions> options, HeldPictures pictures, TimeProvider clock)
    {
        _waiting = new EncodeLanes(options.Value.MaxQueueLength);
        _maxWait = options.Value.MaxWait;
        _workers = options.Value.Workers;
        _readers = options.Value.PrepareWorkers;
        _clock = clock;
        _pictures = pictures;
        pictures.Changed += Wake;
    }

    /// <summary>Images that wait.</summary>
    public int Length
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Time until the queue as it is now, and one more image of a model, have been worked off.</summary>
    public TimeSpan RetryAfter(EncoderModel model)
    {
        lock (_gate)
        {
            return AtLeastShortest(_waiting.Seconds + Bottleneck(model, 0));
        }
    }

    /// <summary>Adds work, or refuses it when the queue is full or closed or the work would wait too long.</summary>
    public void Add(EncodeJob job)
    {
        EncodeJob? refused;
        TimeSpan retryAfter;
        lock (_gate)
        {
            var seconds = Expect(job);
            var wait = _waiting.Wait(job, seconds);
            retryAfter = AtLeastShortest(wait + seconds);
            job.Turn = new Turn(
                _clock.GetElapsedTime(0, job.AdmittedAt).TotalSeconds + AgeFactor * job.Cost.Time.TotalSeconds,
                _added++,
                seconds);
            if (_isClosed || wait > _maxWait.TotalSeconds || !_waiting.TryAdd(job, out refused))
            {
                refused = job;
            }
            else
            {
                Monitor.Pulse(_gate);
            }
        }

        refused?.Refuse(retryAfter);
    }

    /// <summary>Drops work that has not begun; what has begun may go on for a moment.</summary>
    public void Drop(EncodeJob job, CancellationToken reason)
    {
        lock (_gate)
        {
            if (!_waiting.Remove(job))
            {
                job.Abandon(_clock);
                return;
            }
        }

        job.Fail(new OperationCanceledException(reason));
    }

    /// <summary>Blocks until there is work; null once the queue is closed.</summary>
    public EncodeJob? Take()
    {
        lock (_gate)
        {
            EncodeJob? job;
            while ((job = _waiting.Next(_pictures.CanBegin, interactiveOnly: false)) is null && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            return job is null ? null : Begin(job);
        }
    }

    /// <summary>Takes interactive work if there is some that can begin at once; null otherwise.</summary>
    /// <param name="canBegin">Asked for the one that is next.</param>
    public EncodeJob? TryTakeInteractive(Func<EncodeJob, bool> canBegin)
    {
        lock (_gate)
        {
            return _waiting.Next(_pictures.CanBegin, interactiveOnly: true) is { } job && canBegin(job)
                ? Begin(job)
                : null;
        }
    }

    /// <summary>Learns how long reading took, and charges the tenant for it.</summary>
    /// <param name="job">What was read, or could not be.</param>
    /// <param name="duration">How long it took.</param>
    public void LearnRead(EncodeJob job, TimeSpan duration)
    {
        lock (_gate)
        {
            _waiting.Charge(job, Bottleneck(job.Model, duration.TotalSeconds) - job.Turn.Seconds);
            if (job.Input.Crop is null)
            {
                _readTimes.Learn(job.Cost, duration);
            }
        }
    }

    /// <summary>Refuses what waits and whatever comes; workers end when they have finished what they hold.</summary>
    public void Close()
    {
        List<EncodeJob> refused = [];
        lock (_gate)
        {
            _isClosed = true;
            while (_waiting.Next(_ => true, interactiveOnly: false) is { } job)
            {
                _waiting.Remove(job);
                refused.Add(job);
            }

            Monitor.PulseAll(_gate);
        }

        refused.ForEach(job => job.Refuse(_shortestRetry));
    }

    private EncodeJob Begin(EncodeJob job)
    {
        _waiting.Take(job);
        _pictures.Begin(job);
        return job;
    }

    private double Expect(EncodeJob job) =>
        Bottleneck(job.Model, _pictures.IsHeld(job) ? 0 : _readTimes.Expect(job.Cost));

    // Readers and runs work side by side: what is slower is what others wait for.
    private double Bottleneck(EncoderModel model, double readSeconds) =>
        Math.Max(readSeconds / _readers, model.AverageSeconds / _workers);

    private static TimeSpan AtLeastShortest(double seconds) =>
        TimeSpan.FromSeconds(Math.Max(seconds, _shortestRetry.TotalSeconds));

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
