using Microsoft.Extensions.Options;

namespace Segmentation.Encoder.Queue;

/// <summary>
/// Images that nobody has begun to read: interactive before batch, first in, first out, bounded. Taking blocks, for it
/// happens on the tier's own threads; adding and dropping do not.
/// </summary>
internal sealed class EncodeQueue
{
    /// <summary>How much one encoding moves the average: the last ten or so count.</summary>
    private const double Smoothing = 0.2;

    private static readonly TimeSpan _shortestRetry = TimeSpan.FromMilliseconds(100);
    private readonly object _gate = new();
    private readonly Lanes _waiting = new();
    private readonly int _capacity;
    private readonly int _workers;

    // Before the first encoding is measured: about what the default model takes on one core.
    private double _averageSeconds = 1;
    private bool _isClosed;

    public EncodeQueue(IOptions<EncoderOptions> options)
    {
        _capacity = options.Value.MaxQueueLength;
        _workers = options.Value.Workers;
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
                var wait = TimeSpan.FromSeconds((_waiting.Count + 1) * _averageSeconds / _workers);
                return wait > _shortestRetry ? wait : _shortestRetry;
            }
        }
    }

    /// <summary>Adds work, or refuses it when the queue is full or closed.</summary>
    public void Add(EncodeWork work)
    {
        lock (_gate)
        {
            if (!_isClosed && _waiting.Count < _capacity)
            {
                _waiting.Add(work);
                Monitor.Pulse(_gate);
                return;
            }
        }

        work.Refuse();
    }

    /// <summary>Drops work that has not begun; does nothing to work that has.</summary>
    public void Drop(EncodeWork work, CancellationToken reason)
    {
        lock (_gate)
        {
            if (!_waiting.Remove(work))
            {
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
            while ((work = _waiting.Take()) is null && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            return work;
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

    /// <summary>Refuses what waits and whatever comes; workers end when they have finished what they hold.</summary>
    public void Close()
    {
        List<EncodeWork> refused = [];
        lock (_gate)
        {
            _isClosed = true;
            while (_waiting.Take() is { } work)
            {
                refused.Add(work);
            }

            Monitor.PulseAll(_gate);
        }

        refused.ForEach(work => work.Refuse());
    }
}
