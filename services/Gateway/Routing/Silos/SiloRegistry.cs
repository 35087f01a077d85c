using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text.Unicode;
using Segmentation.Embeddings;

namespace Segmentation.Gateway.Routing.Silos;

/// <summary>
/// The silos an image's prompts can go to, best first: rendezvous hashing weighted by workers, so that every gateway has
/// the same favourite, images spread by what silos can do, and a silo that comes or goes moves only its own share.
/// A favourite with more than its share of work comes after the others, so that a very hot image gets activations on
/// further silos. ("Consistent Hashing with Bounded Loads", Mirrokni, Thorup and Zadimoghaddam, 2018.)
/// </summary>
internal sealed class SiloRegistry(TimeProvider clock)
{
    /// <summary>How much more than its share a silo gets before others are preferred.</summary>
    private const double Balance = 1.25;

    /// <summary>Requests for each worker that never count as too many: one runs and one is on its way.</summary>
    private const int Spare = 2;

    /// <summary>Above the 257 characters of the longest key and the 60 or so of a silo's name.</summary>
    private const int LongestAddress = 512;

    /// <summary>How long a silo that failed is asked last.</summary>
    private static readonly TimeSpan _avoidance = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private ImmutableArray<SiloState> _routes = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when a silo comes or goes.</summary>
    public Task NextChange => Volatile.Read(ref _changed).Task;

    /// <summary>Timestamp until which a silo is avoided that fails now.</summary>
    public long AvoidUntil => clock.GetTimestamp() + (long)(_avoidance.TotalSeconds * clock.TimestampFrequency);

    /// <summary>Silos in reach.</summary>
    public IReadOnlyList<SiloState> All => _routes;

    /// <summary>A silo can be reached.</summary>
    public void Add(SiloState route) => Change(routes => routes.Add(route));

    /// <summary>A silo cannot be reached any more: what it was asked is asked elsewhere at once.</summary>
    public void Remove(SiloState route)
    {
        Change(routes => routes.Remove(route));
        route.Leave();
    }

    /// <summary>The silos for an image in the order to ask them; none when none is in reach.</summary>
    public IReadOnlyList<SiloState> For(EmbeddingKey key)
    {
        var routes = _routes;
        if (routes.Length <= 1)
        {
            return routes;
        }

        var now = clock.GetTimestamp();
        var share = Balance * (routes.Sum(route => route.InFlight) + 1) / routes.Sum(route => route.Workers);
        return
        [
            .. routes
                .OrderBy(route => route.IsAvoided(now))
                .ThenBy(route => route.InFlight >= Math.Max(Spare, share) * route.Workers)
                .ThenByDescending(route => Weight(key, route)),
        ];
    }

    private void Change(Func<ImmutableArray<SiloState>, ImmutableArray<SiloState>> change)
    {
        lock (_gate)
        {
            _routes = change(_routes);
        }

        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    /// <summary>
    /// -workers / ln(u) for u uniform in (0, 1): the largest is a silo's with a probability that is its share of all
    /// workers. ("A Name-Based Mapping Scheme for Rendezvous", Thaler and Ravishankar, 1996.)
    /// </summary>
    private static double Weight(EmbeddingKey key, SiloState route)
    {
        const double Range = 1UL << 53;
        Span<byte> text = stackalloc byte[LongestAddress];
        Utf8.TryWrite(text, $"{key.ToString()}|{route.Name}", out var length);
        var hash = XxHash3.HashToUInt64(text[..length]);
        return -route.Workers / Math.Log(((hash >> 11) + 0.5) / Range);
    }
}
