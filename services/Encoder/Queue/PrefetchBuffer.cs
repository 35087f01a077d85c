using Microsoft.Extensions.Options;
using Segmentation.Encoder.Configuration;

namespace Segmentation.Encoder.Queue;

/// <summary>
/// Images that are read and wait for the encoder, and those being read for it. Bounded by slots: an image is read
/// only when it will be in one of the next batches, so that pixels never pile up. Everything here blocks; it is for
/// the tier's own threads.
/// </summary>
internal sealed class PrefetchBuffer
{
    private readonly object _gate = new();
    private readonly ReadyJobs _ready = new();
    private readonly TimeProvider _clock;
    private readonly TimeSpan _delay;
    private readonly int _batchSize;
    private readonly int _slots;
    private int _freeSlots;
    private int _reading;
    private bool _isClosed;

    public PrefetchBuffer(IOptions<EncoderOptions> options, TimeProvider clock)
    {
        _clock = clock;
        _delay = options.Value.MaxQueueDelay;
        _batchSize = options.Value.BatchSize;

        // While a worker encodes one batch, its next one is read.
        _slots = options.Value.Workers * _batchSize;
        _freeSlots = _slots;
    }

    /// <summary>Images that are being read, or are read and in no batch yet.</summary>
    public int Length
    {
        get
        {
            lock (_gate)
            {
                return _reading + _ready.Count;
            }
        }
    }

    /// <summary>Blocks until one more image may be read.</summary>
    public void TakeSlot()
    {
        lock (_gate)
        {
            while (_freeSlots <= 0)
            {
                Monitor.Wait(_gate);
            }

            _freeSlots--;
        }
    }

    /// <summary>Takes a slot beyond those there are, for an image that passes another; false after as many.</summary>
    public bool TryTakeExtraSlot()
    {
        lock (_gate)
        {
            if (_freeSlots <= -_slots)
            {
                return false;
            }

            _freeSlots--;
            return true;
        }
    }

    /// <summary>Gives a slot back for which there was no image.</summary>
    public void FreeSlot()
    {
        lock (_gate)
        {
            _freeSlots++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>An image is being read in a slot; <see cref="Add"/> or <see cref="Fail"/> follows.</summary>
    public void Begin()
    {
        lock (_gate)
        {
            _reading++;
        }
    }

    /// <summary>The image could not be read: its slot is free.</summary>
    public void Fail()
    {
        lock (_gate)
        {
            _reading--;
            FreeSlot();
        }
    }

    /// <summary>Work whose image is read; it keeps its slot until it is taken.</summary>
    public void Add(EncodeJob job)
    {
        lock (_gate)
        {
            _reading--;
            job.ReadyAt = _clock.GetTimestamp();
            _ready.Add(job);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>
    /// Blocks until there is work, then takes all there is of the model of the most urgent, up to the batch size; with
    /// a delay, a smaller batch waits until the first of it has been ready for so long, unless work of another model is
    /// ready. Empty once the read-ahead is closed and worked off.
    /// </summary>
    public List<EncodeJob> TakeBatch()
    {
        var batch = new List<EncodeJob>(_batchSize);
        var firstReadyAt = 0L;
        lock (_gate)
        {
            while (true)
            {
                var model = batch.Count == 0 ? null : batch[0].Model;
                while (batch.Count < (model?.MaxBatchSize ?? _batchSize) && _ready.Take(model) is { } job)
                {
                    _freeSlots++;
                    Monitor.PulseAll(_gate);
                    if (job.Stopped.IsCancellationRequested)
                    {
                        job.Fail(new OperationCanceledException(job.Stopped));
                        continue;
                    }

                    firstReadyAt = batch.Count == 0 ? job.ReadyAt : Math.Min(firstReadyAt, job.ReadyAt);
                    batch.Add(job);
                    model = job.Model;
                }

                var remaining = batch.Count == 0
                    ? Timeout.InfiniteTimeSpan
                    : _delay - _clock.GetElapsedTime(firstReadyAt);
                var isFull = batch.Count == model?.MaxBatchSize || (batch.Count > 0 && _ready.Count > 0);
                if (_isClosed || isFull || (batch.Count > 0 && remaining <= TimeSpan.Zero))
                {
                    return batch;
                }

                Wait(remaining);
            }
        }
    }

    /// <summary>No more work will be added.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }
    }

    // The injected clock's timer wakes the thread, so that time in tests is the test's.
    private void Wait(TimeSpan atMost)
    {
        using var timer = atMost == Timeout.InfiniteTimeSpan
            ? null
            : _clock.CreateTimer(_ => Wake(), null, atMost, Timeout.InfiniteTimeSpan);
        Monitor.Wait(_gate);
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
