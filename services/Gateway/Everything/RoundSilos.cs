using Segmentation.Gateway.Routing.Silos;

namespace Segmentation.Gateway.Everything;

/// <summary>Which silo gets the next part of a round.</summary>
/// <param name="routes">The silos in reach.</param>
/// <param name="partsASilo">Parts that one gets at most at once.</param>
/// <param name="clock">The clock.</param>
internal sealed class RoundSilos(SiloRegistry routes, int partsASilo, TimeProvider clock)
{
    /// <summary>How soon silos are looked at again when none can take a part.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    private readonly HashSet<SiloState> _withoutImage = [];
    private readonly Dictionary<SiloState, (long Since, TimeSpan For)> _full = [];

    /// <summary>Silos are there, and none can get at the embedding.</summary>
    public bool NobodyHasTheImage => routes.All.Length > 0 && routes.All.All(_withoutImage.Contains);

    /// <summary>How long the first full silo wants to be left alone; null when none is full.</summary>
    public TimeSpan? Full => _full.Count == 0 ? null : _full.Values.Min(full => full.For);

    /// <summary>
    /// Takes out the part to be done next, and says by whom: a silo that can take one more, the one with the least to do
    /// first, gets a part of its own share of the round, so that gateways which lead the same search have each part done
    /// by the same silo, which does it once. Where nobody's own is left, the last part goes to whoever is free.
    /// </summary>
    /// <param name="running">Parts that are being done.</param>
    /// <param name="parts">Parts that are not, in the order of their round.</param>
    /// <returns>Null when there is no part, or no silo for it.</returns>
    public (SiloState Route, SearchPart Part)? Next(
        IReadOnlyCollection<PartDispatcher.Attempt> running, List<SearchPart> parts)
    {
        var free = parts.Count > 0 ? Free(running) : [];
        foreach (var route in free)
        {
            var (from, to) = ShareOf(route);
            if (parts.FindIndex(part => part.Place >= from && part.Place < to) is >= 0 and var own)
            {
                return (route, Take(own));
            }
        }

        return free.Length > 0 ? (free[0], Take(parts.Count - 1)) : null;

        SearchPart Take(int index)
        {
            var part = parts[index];
            parts.RemoveAt(index);
            return part;
        }
    }

    /// <summary>The silos that can take one more part, the one with the least to do first.</summary>
    private SiloState[] Free(IReadOnlyCollection<PartDispatcher.Attempt> running)
    {
        var now = clock.GetTimestamp();
        foreach (var (route, full) in _full.ToList())
        {
            if (clock.GetElapsedTime(full.Since) >= full.For)
            {
                _full.Remove(route);
            }
        }

        var all = routes.All;
        SiloState[] usable = [.. all.Where(route => !_withoutImage.Contains(route) && !_full.ContainsKey(route))];

        // One that drains or has failed is asked as the last resort only.
        var willing = usable.Where(route => !route.IsLastResort(now)).ToArray();
        return
        [
            .. (willing.Length > 0 ? willing : usable)
                .Select(route => (Route: route, Parts: running.Count(attempt => attempt.Route == route)))
                .Where(silo => silo.Parts < partsASilo)
                .OrderBy(silo => (double)silo.Parts / silo.Route.Workers)
                .ThenBy(silo => silo.Route.InFlight)
                .Select(silo => silo.Route),
        ];
    }

    /// <summary>A silo's share of a round, as large as its share of all workers; the same at every gateway.</summary>
    private (double From, double To) ShareOf(SiloState route)
    {
        SiloState[] silos =
        [
            .. routes.All
                .Where(silo => !silo.ShouldAvoid)
                .OrderBy(silo => silo.Address?.ToParsableString(), StringComparer.Ordinal),
        ];
        double workers = silos.Sum(silo => silo.Workers);
        var before = silos.TakeWhile(silo => silo != route).Sum(silo => silo.Workers);
        return (before / workers, (before + route.Workers) / workers);
    }

    /// <summary>A silo cannot get at the embedding.</summary>
    public void HasNoImage(SiloState route) => _withoutImage.Add(route);

    /// <summary>A silo has no room for so long.</summary>
    public void IsFull(SiloState route, TimeSpan time) => _full[route] = (clock.GetTimestamp(), time);

    /// <summary>When to look again, whatever happens before.</summary>
    /// <param name="isWorking">Parts are being done; their end is what is waited for.</param>
    public TimeSpan NextTry(bool isWorking) =>
        isWorking && _full.Count == 0 ? Timeout.InfiniteTimeSpan : _pause;
}
