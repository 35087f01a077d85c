using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text.Unicode;
using Segmentation.Embeddings;

namespace Segmentation.Gateway.Routing.Silos;

/// <summary>
/// Orders silos for an image by rendezvous hashing weighted by workers: every gateway has the same favourite, images
/// spread by the capacity of silos, and a silo that comes or goes moves only its own share. A favourite with more than
/// its share of work comes after the others, so a very hot image gets activations on further silos. ("Consistent
/// Hashing with Bounded Loads", Mirrokni, Thorup and Zadimoghaddam, 2018.)
/// </summary>
internal sealed class SiloSelector(SiloRegistry silos, TimeProvider clock)
{
    /// <summary>Multiple of its share of the load from which on a silo comes after the others.</summary>
    private const double MaxShare = 1.25;

    /// <summary>Requests a worker that are never too many: one runs and one is on its way.</summary>
    private const int AlwaysAllowed = 2;

    /// <summary>Above the 257 characters of the longest key and the 60 or so of a silo's name.</summary>
    private const int LongestAddress = 512;

    /// <summary>The silos in reach, in the order to ask them for an image; empty when none is in reach.</summary>
    public IReadOnlyList<SiloState> For(EmbeddingKey key) => Order(key, silos.All, clock.GetTimestamp());

    /// <summary>Orders silos for an image, the best first.</summary>
    /// <param name="key">The image.</param>
    /// <param name="silos">The silos.</param>
    /// <param name="now">Timestamp of the clock.</param>
    public static IReadOnlyList<SiloState> Order(EmbeddingKey key, ImmutableArray<SiloState> silos, long now)
    {
        if (silos.Length <= 1)
        {
            return silos;
        }

        var share = MaxShare * (silos.Sum(silo => silo.InFlight) + 1) / silos.Sum(silo => silo.Workers);
        return
        [
            .. silos
                .OrderBy(silo => silo.IsLastResort(now))
                .ThenBy(silo => silo.InFlight >= Math.Max(AlwaysAllowed, share) * silo.Workers)
                .ThenByDescending(silo => Weight(key, silo)),
        ];
    }

    /// <summary>
    /// -workers / ln(u) for u uniform in (0, 1): the probability that a silo has the largest weight is its share of all
    /// workers. ("A Name-Based Mapping Scheme for Rendezvous", Thaler and Ravishankar, 1996.)
    /// </summary>
    private static double Weight(EmbeddingKey key, SiloState silo)
    {
        const double Range = 1UL << 53;
        Span<byte> text = stackalloc byte[LongestAddress];
        Utf8.TryWrite(text, $"{key.ToString()}|{silo.Name}", out var length);
        var hash = XxHash3.HashToUInt64(text[..length]);
        return -silo.Workers / Math.Log(((hash >> 11) + 0.5) / Range);
    }
}
