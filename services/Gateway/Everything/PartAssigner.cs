using Segmentation.Gateway.Routing.Silos;

namespace Segmentation.Gateway.Everything;

/// <summary>Assigns the work items of a round to silos.</summary>
/// <param name="silos">The silos in reach.</param>
/// <param name="itemsASilo">Most items at one silo at a time.</param>
/// <param name="clock">The clock.</param>
internal sealed class PartAssigner(SiloRegistry silos, int itemsASilo, TimeProvider clock)
{
    /// <summary>Time after which silos are looked at again while none can take an item.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    private readonly HashSet<SiloState> _withoutImage = [];
    private readonly Dictionary<SiloState, (long Since, TimeSpan For)> _full = [];

    /// <summary>True if there are silos and none of them can get the embedding.</summary>
    public bool NoSiloHasTheImage => silos.All.Length > 0 && silos.All.All(_withoutImage.Contains);

    /// <summary>Shortest delay that a full silo asked for; null when none is full.</summary>
    public TimeSpan? FullFor => _full.Count == 0 ? null : _full.Values.Min(full => full.For);

    /// <summary>
    /// Chooses the next item and its silo: the silo with the least to do gets an item of its own interval of the round.
    /// So gateways that lead the same search send each item to the same silo, which does it once. When no silo is free
    /// for its own items, the last item goes to any free silo.
    /// </summary>
    /// <param name="running">Items at silos.</param>
    /// <param name="waiting">Items that wait, in the order of their round.</param>
    /// <returns>Null when nothing waits, or no silo can take an item.</returns>
    public (SiloState Silo, WorkItem Item)? Next(
        IReadOnlyCollection<PartDispatcher.Attempt> running, IReadOnlyList<WorkItem> waiting)
    {
        var free = waiting.Count > 0 ? Free(running) : [];
        foreach (var silo in free)
        {
            var (from, to) = IntervalOf(silo);
            if (waiting.FirstOrDefault(item => item.Place >= from && item.Place < to) is { } own)
            {
                return (silo, own);
            }
        }

        return free.Length > 0 ? (free[0], waiting[^1]) : null;
    }

    /// <summary>Notes that a silo cannot get the embedding.</summary>
    public void MarkWithoutImage(SiloState silo) => _withoutImage.Add(silo);

    /// <summary>Notes that a silo has no room for a while.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="time">Delay that the silo asked for.</param>
    public void MarkFull(SiloState silo, TimeSpan time) => _full[silo] = (clock.GetTimestamp(), time);

    /// <summary>Longest time to wait before silos are looked at again.</summary>
    /// <param name="isWorking">True while items are at silos: their end is waited for.</param>
    public TimeSpan LongestWait(bool isWorking) =>
        isWorking && _full.Count == 0 ? Timeout.InfiniteTimeSpan : _pause;

    /// <summary>The silos that can take one more item, the one with the least to do first.</summary>
    private SiloState[] Free(IReadOnlyCollection<PartDispatcher.Attempt> running)
    {
        var now = clock.GetTimestamp();
        foreach (var (silo, full) in _full.ToList())
        {
            if (clock.GetElapsedTime(full.Since) >= full.For)
            {
                _full.Remove(silo);
            }
        }

        var all = silos.All;
        SiloState[] usable = [.. all.Where(silo => !_withoutImage.Contains(silo) && !_full.ContainsKey(silo))];

        // A silo that drains or has failed is the last resort.
        var willing = usable.Where(silo => !silo.IsLastResort(now)).ToArray();
        return
        [
            .. (willing.Length > 0 ? willing : usable)
                .Select(silo => (Silo: silo, Items: running.Count(attempt => attempt.Silo == silo)))
                .Where(one => one.Items < itemsASilo)
                .OrderBy(one => (double)one.Items / one.Silo.Workers)
                .ThenBy(one => one.Silo.InFlight)
                .Select(one => one.Silo),
        ];
    }

    /// <summary>A silo's interval of a round, as long as its share of all workers; the same at every gateway.</summary>
    private (double From, double To) IntervalOf(SiloState silo)
    {
        SiloState[] ordered =
        [
            .. silos.All
                .Where(one => !one.ShouldAvoid)
                .OrderBy(one => one.Address?.ToParsableString(), StringComparer.Ordinal),
        ];
        double workers = ordered.Sum(one => one.Workers);
        var before = ordered.TakeWhile(one => one != silo).Sum(one => one.Workers);
        return (before / workers, (before + silo.Workers) / workers);
    }
}
