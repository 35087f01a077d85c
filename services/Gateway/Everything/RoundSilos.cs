using Segmentation.Gateway.Routing;

namespace Segmentation.Gateway.Everything;

/// <summary>Which silo gets the next part of a round.</summary>
/// <param name="routes">The silos in reach.</param>
/// <param name="partsASilo">Parts that one gets at most at once.</param>
/// <param name="clock">The clock.</param>
internal sealed class RoundSilos(SiloRoutes routes, int partsASilo, TimeProvider clock)
{
    /// <summary>How soon silos are looked at again when none can take a part.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly HashSet<SiloRoute> _withoutImage = [];
    private readonly Dictionary<SiloRoute, (long Since, TimeSpan For)> _full = [];

    /// <summary>Silos are there, and none can get at the embedding.</summary>
    public bool NobodyHasTheImage => routes.All.Count > 0 && routes.All.All(_withoutImage.Contains);

    /// <summary>How long the first full silo wants to be left alone; null when none is full.</summary>
    public TimeSpan? Full => _full.Count == 0 ? null : _full.Values.Min(full => full.For);

    /// <summary>The silo with the least to do of those that can take one more part; null when there is none.</summary>
    /// <param name="running">Parts that are being done.</param>
    public SiloRoute? Next(IReadOnlyCollection<PartDispatcher.Attempt> running)
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
        SiloRoute[] usable = [.. all.Where(route => !_withoutImage.Contains(route) && !_full.ContainsKey(route))];

        // One that drains or has failed is asked as the last resort only.
        var willing = usable.Where(route => !route.IsAvoided(now)).ToArray();
        return (willing.Length > 0 ? willing : usable)
            .Select(route => (Route: route, Parts: running.Count(attempt => attempt.Route == route)))
            .Where(silo => silo.Parts < partsASilo)
            .OrderBy(silo => (double)silo.Parts / silo.Route.Workers)
            .ThenBy(silo => silo.Route.InFlight)
            .FirstOrDefault().Route;
    }

    /// <summary>A silo cannot get at the embedding.</summary>
    public void HasNoImage(SiloRoute route) => _withoutImage.Add(route);

    /// <summary>A silo has no room for so long.</summary>
    public void IsFull(SiloRoute route, TimeSpan time) => _full[route] = (clock.GetTimestamp(), time);

    /// <summary>When to look again, whatever happens before.</summary>
    /// <param name="isWorking">Parts are being done; their end is what is waited for.</param>
    public TimeSpan NextTry(bool isWorking) =>
        isWorking && _full.Count == 0 ? Timeout.InfiniteTimeSpan : Pause;
}
