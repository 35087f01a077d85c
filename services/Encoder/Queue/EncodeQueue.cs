using Microsoft.Extensions.Options;

namespace Segmentation.Encoder.Queue;

/// <summary>
/// Images that nobody has begun to read: interactive before batch, in turns between tenants, bounded by number and by
/// the time that the last one would wait. Taking blocks, for it happens on the tier's own threads; adding and dropping
/// do not.
/// </summary>
internal sealed class EncodeQueue
{
    /// <summary>How much one encoding moves the average: the last ten or so count.</summary>
    private const double Smoothing = 0.2;

    /// <summary>
    /// A cheaper image of the same tenant passes a dearer one that came before it, unless that was earlier by so many
    /// times the difference.
    /// </summary>
    private const double Patience = 10;

    private static readonly TimeSpan _shortestRetry = TimeSpan.FromMilliseconds(100);
    private readonly object _gate = new();
    private readonly WaitingImages _waiting;
    private readonly ReadTimes _readTimes = new();
    private readonly HeldPictures _pictures;
    private readonly TimeProvider _time;
    private readonly TimeSpan _maxWait;
    private readonly int _workers;
    private readonly int _readers;

    // Before the first encoding is measured: about what the default model takes on one core.
    private double _averageSeconds = 1;
    private long _added;
    private bool _isClosed;

    public EncodeQueue(IOptions<EncoderOptions> options, HeldPictures pictures, TimeProvider time)
    {
        _waiting = new WaitingImages(options.Value.MaxQueueLength);
        _maxWait = options.Value.MaxWait;
        _workers = options.Value.Workers;
        _readers = options.Value.PrepareWorkers;
        _time = time;
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

    /// <summary>Time until the queue as it is now has been worked off.</summary>
    public TimeSpan RetryAfter
    {
        get
        {
            lock (_gate)
            {
                return AtLeastShortest(_waiting.Seconds + Bottleneck(0));
            }
        }
    }

    /// <summary>Adds work, or refuses it when the queue is full or closed or the work would wait too long.</summary>
    public void Add(EncodeWork work)
    {
        EncodeWork? refused;
        TimeSpan retryAfter;
        lock (_gate)
        {
            var seconds = Expect(work);
            var wait = _waiting.Wait(work, seconds);
            retryAfter = AtLeastShortest(wait + seconds);
            work.Turn = new Turn(
                _time.GetElapsedTime(0, work.AdmittedAt).TotalSeconds + Patience * work.Cost.Time.TotalSeconds,
                _added++,
                seconds);
            if (_isClosed || wait > _maxWait.TotalSeconds || !_waiting.TryAdd(work, out refused))
            {
                refused = work;
            }
            else
            {
                Monitor.Pulse(_gate);
            }
        }

        refused?.Refuse(retryAfter);
    }

    /// <summary>Drops work that has not begun; what has begun may go on for a moment.</summary>
    public void Drop(EncodeWork work, CancellationToken reason)
    {
        lock (_gate)
        {
            if (!_waiting.Remove(work))
            {
                work.Abandon(_time);
                return;
            }
        }

        work.Fail(new OperationCanceledException(reason));
    }

    /// <summary>Blocks until there is work; null once the queue is closed.</summary>
    public EncodeWork? Take()
    {
        lock (_gate)
        {
            EncodeWork? work;
            while ((work = _waiting.Next(_pictures.CanBegin, interactiveOnly: false)) is null && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            return work is null ? null : Begin(work);
        }
    }

    /// <summary>Takes interactive work if there is some that can begin at once; null otherwise.</summary>
    /// <param name="canBegin">Asked for the one that is next.</param>
    public EncodeWork? TryTakeInteractive(Func<EncodeWork, bool> canBegin)
    {
        lock (_gate)
        {
            return _waiting.Next(_pictures.CanBegin, interactiveOnly: true) is { } work && canBegin(work)
                ? Begin(work)
                : null;
        }
    }

    /// <summary>Learns how long an image took of a run.</summary>
    public void Learn(TimeSpan duration)
    {
        lock (_gate)
        {
            _averageSeconds += Smoothing * (duration.TotalSeconds - _averageSeconds);
        }
    }

    /// <summary>Learns how long reading took, and charges the tenant for it.</summary>
    /// <param name="work">What was read, or could not be.</param>
    /// <param name="duration">How long it took.</param>
    public void LearnRead(EncodeWork work, TimeSpan duration)
    {
        lock (_gate)
        {
            _waiting.Charge(work, Bottleneck(duration.TotalSeconds) - work.Turn.Seconds);
            if (work.Order.Crop is null)
            {
                _readTimes.Learn(work.Cost, duration);
            }
        }
    }

    /// <summary>Refuses what waits and whatever comes; workers end when they have finished what they hold.</summary>
    public void Close()
    {
        List<EncodeWork> refused = [];
        lock (_gate)
        {
            _isClosed = true;
            while (_waiting.Next(_ => true, interactiveOnly: false) is { } work)
            {
                _waiting.Remove(work);
                refused.Add(work);
            }

            Monitor.PulseAll(_gate);
        }

        refused.ForEach(work => work.Refuse(_shortestRetry));
    }

    private EncodeWork Begin(EncodeWork work)
    {
        _waiting.Take(work);
        _pictures.Begin(work);
        return work;
    }

    private double Expect(EncodeWork work) => Bottleneck(_pictures.IsHeld(work) ? 0 : _readTimes.Expect(work.Cost));

    // Readers and runs work side by side: what is slower is what others wait for.
    private double Bottleneck(double readSeconds) => Math.Max(readSeconds / _readers, _averageSeconds / _workers);

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
