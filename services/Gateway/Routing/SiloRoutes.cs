using System.Collections.Immutable;
using System.IO.Hashing;
using Segmentation.Embeddings;

namespace Segmentation.Gateway.Routing;

/// <summary>
/// The silos an image's prompts can go to, best first: rendezvous hashing, so that every gateway has the same
/// favourite, images spread evenly, and a silo that comes or goes moves only its own share of them.
/// </summary>
internal sealed class SiloRoutes(TimeProvider clock)
{
    /// <summary>How long a silo that failed is asked last.</summary>
    private static readonly TimeSpan Avoidance = TimeSpan.FromSeconds(2);

    private static readonly SiloRoute Any = new(null);
    private ImmutableArray<SiloRoute> _routes = [];
    private TaskCompletionSource _refreshed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next <see cref="Update"/>.</summary>
    public Task NextUpdate => Volatile.Read(ref _refreshed).Task;

    /// <summary>Timestamp until which a silo is avoided that fails now.</summary>
    public long AvoidUntil => clock.GetTimestamp() + (long)(Avoidance.TotalSeconds * clock.TimestampFrequency);

    /// <summary>Known silos.</summary>
    public IReadOnlyList<SiloRoute> All => _routes;

    /// <summary>Takes over what the cluster says. Called by one caller at a time.</summary>
    public void Update(IReadOnlyCollection<SiloAddress> members)
    {
        var before = _routes;
        _routes =
        [
            .. before.Where(route => members.Contains(route.Address)),
            .. members.Where(member => !before.Any(route => member.Equals(route.Address)))
                .Select(member => new SiloRoute(member)),
        ];
        foreach (var gone in before.Except(_routes))
        {
            gone.Leave();
        }

        Interlocked.Exchange(ref _refreshed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    /// <summary>The silos for an image in the order to ask them; where none is known, whichever Orleans chooses.</summary>
    public IReadOnlyList<SiloRoute> For(EmbeddingKey key)
    {
        var routes = _routes;
        if (routes.IsEmpty)
        {
            return [Any];
        }

        var now = clock.GetTimestamp();
        return [.. routes.OrderBy(route => route.IsAvoided(now)).ThenByDescending(route => Weight(key, route))];
    }

    private static ulong Weight(EmbeddingKey key, SiloRoute route) =>
        XxHash3.HashToUInt64(System.Text.Encoding.UTF8.GetBytes($"{key}|{route.Address!.ToParsableString()}"));
}
