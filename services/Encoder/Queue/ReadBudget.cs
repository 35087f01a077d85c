using Microsoft.Extensions.Options;
using Segmentation.Common;
using Segmentation.Common.Budgets;
using Segmentation.Encoder.Configuration;

namespace Segmentation.Encoder.Queue;

/// <summary>
/// Memory that reading images may take in this process, by what their headers announce. A read that finds no room waits
/// until others have ended, in order of arrival, interactive before batch; one that needs more than there is altogether
/// goes alone. Taking blocks: it is for the tier's own threads.
/// </summary>
internal sealed class ReadBudget
{
    private readonly object _gate = new();
    private readonly LinkedList<Lane> _waiting = [];
    private readonly ByteBudget _budget;

    public ReadBudget(IOptions<EncoderOptions> options) =>
        _budget = new ByteBudget(options.Value.MaxReadBytes) { Freed = Wake };

    /// <summary>Bytes held now.</summary>
    public long Held => _budget.Held;

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

    /// <summary>Frees memory that is held without need, when a read finds no room.</summary>
    public Action? Reclaim { get; set; }

    /// <summary>Blocks until there is room.</summary>
    /// <param name="bytes">Bytes needed.</param>
    /// <param name="lane">Urgency of the read.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public BudgetLease Take(long bytes, Lane lane, CancellationToken cancellationToken)
    {
        if (TryTake(bytes) is { } room)
        {
            return room;
        }

        var place = Queue(lane);
        try
        {
            Reclaim?.Invoke();
            return Wait(place, bytes, cancellationToken);
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
    public BudgetLease? TryTake(long bytes)
    {
        lock (_gate)
        {
            return _waiting.Count == 0 ? TryHold(bytes) : null;
        }
    }

    private LinkedListNode<Lane> Queue(Lane lane)
    {
        lock (_gate)
        {
            var behind = _waiting.First;
            while (behind is not null && behind.Value <= lane)
            {
                behind = behind.Next;
            }

            return behind is null ? _waiting.AddLast(lane) : _waiting.AddBefore(behind, lane);
        }
    }

    private BudgetLease Wait(LinkedListNode<Lane> place, long bytes, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(_ => Wake(), null);
        lock (_gate)
        {
            BudgetLease? room;
            while (place.Previous is not null || (room = TryHold(bytes)) is null)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Monitor.Wait(_gate);
            }

            return room;
        }
    }

    private BudgetLease? TryHold(long bytes)
    {
        var room = _budget.Open();
        return room.TryGrow(Math.Min(bytes, _budget.Limit)) ? room : null;
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
