using Microsoft.Extensions.Options;

namespace Segmentation.Encoder.Queue;

/// <summary>
/// Memory that reading images may take in this process, by what their headers announce. A read that finds no room waits
/// until others have ended, in order of arrival, interactive before batch; one that needs more than there is altogether
/// goes alone. Taking blocks: it is for the tier's own threads.
/// </summary>
internal sealed class ReadBudget(IOptions<EncoderOptions> options)
{
    private readonly object _gate = new();
    private readonly LinkedList<EncodePriority> _waiting = [];
    private readonly long _limit = options.Value.MaxReadBytes;
    private long _held;

    /// <summary>Bytes held now.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>True while a read waits for room.</summary>
    public bool IsAwaited
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count > 0;
            }
        }
    }

    /// <summary>Gives up memory that is held without need, when a read finds no room.</summary>
    public Action? Reclaim { get; set; }

    /// <summary>Blocks until there is room.</summary>
    /// <param name="bytes">How much is needed.</param>
    /// <param name="priority">How urgent the read is.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ReadRoom Take(long bytes, EncodePriority priority, CancellationToken cancellationToken)
    {
        if (TryTake(bytes) is { } room)
        {
            return room;
        }

        var place = Queue(priority);
        try
        {
            Reclaim?.Invoke();
            return Wait(place, Math.Min(bytes, _limit), cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                _waiting.Remove(place);
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Takes room if there is some and nobody waits for it; null otherwise.</summary>
    public ReadRoom? TryTake(long bytes)
    {
        bytes = Math.Min(bytes, _limit);
        lock (_gate)
        {
            return _waiting.Count == 0 && _held + bytes <= _limit ? Hold(bytes) : null;
        }
    }

    /// <summary>Gives bytes back.</summary>
    internal void Return(long bytes)
    {
        lock (_gate)
        {
            Interlocked.Add(ref _held, -bytes);
            Monitor.PulseAll(_gate);
        }
    }

    private LinkedListNode<EncodePriority> Queue(EncodePriority priority)
    {
        lock (_gate)
        {
            var behind = _waiting.First;
            while (behind is not null && behind.Value <= priority)
            {
                behind = behind.Next;
            }

            return behind is null ? _waiting.AddLast(priority) : _waiting.AddBefore(behind, priority);
        }
    }

    private ReadRoom Wait(LinkedListNode<EncodePriority> place, long bytes, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(_ => Wake(), null);
        lock (_gate)
        {
            while (place.Previous is not null || _held + bytes > _limit)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(_gate);
            }

            return Hold(bytes);
        }
    }

    private ReadRoom Hold(long bytes)
    {
        Interlocked.Add(ref _held, bytes);
        return new ReadRoom(this, bytes);
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
