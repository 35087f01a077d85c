using Segmentation.Embeddings;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Grains;

namespace Segmentation.Gateway.Routing.Affinity;

/// <summary>
/// Remembers the silo that answered last in a row of requests on one image. That silo has the image hot and holds the
/// masks that the next request may refine: steps spread over silos would each find the step before missing. Safe for
/// concurrent use.
/// </summary>
internal sealed class SiloAffinity
{
    private volatile SiloState? _silo;
    private volatile AddressedGrain? _latest;
    private int _isMoving;

    /// <summary>Stays with the silo that answered.</summary>
    public void Follow(SiloState silo)
    {
        if (!silo.ShouldAvoid || _silo is not { ShouldAvoid: false })
        {
            _silo = silo;
        }
    }

    /// <summary>
    /// The silos with the one to go on with in front, unless it has failed, or has more than its share of work and the
    /// request needs nothing that only it holds. One that drains goes on answering until the image is hot elsewhere.
    /// </summary>
    /// <param name="silos">The silos in the order of <see cref="SiloSelector.For"/>.</param>
    /// <param name="request">The request.</param>
    /// <param name="now">Timestamp of the clock.</param>
    public IReadOnlyList<SiloState> Order(IReadOnlyList<SiloState> silos, DecodeRequest request, long now)
    {
        if (_silo is not { } last
            || (silos is [var first, ..] && first == last)
            || !silos.Contains(last)
            || last.HasFailed(now))
        {
            return silos;
        }

        var isBusy = last.InFlight > silos[0].InFlight + last.Workers;
        return isBusy && request.Prompts.All(prompt => prompt.MaskId is null)
            ? silos
            : [last, .. silos.Where(silo => silo != last)];
    }

    /// <summary>An image's grain on a silo; the one asked last is remembered.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="key">The image: the same one in all requests of the row.</param>
    public IImageGrain Image(SiloState silo, EmbeddingKey key)
    {
        if (_latest is { } latest && latest.Silo == silo)
        {
            return latest.Grain;
        }

        var grain = silo.Image(key.ToString());
        _latest = new AddressedGrain(silo, grain);
        return grain;
    }

    /// <summary>Moves to another silo, once the image is hot there, when the present one is to be avoided.</summary>
    /// <param name="candidates">Silos, the best first.</param>
    /// <param name="key">The image.</param>
    /// <param name="prepareAsync">Makes the image hot on a silo; false when it cannot be.</param>
    /// <returns>The move, or nothing to do.</returns>
    public async Task LeaveAvoidedAsync(
        IReadOnlyList<SiloState> candidates,
        EmbeddingKey key,
        Func<SiloState, EmbeddingKey, Task<bool>> prepareAsync)
    {
        if (_silo is not { ShouldAvoid: true } || Interlocked.Exchange(ref _isMoving, 1) == 1)
        {
            return;
        }

        try
        {
            foreach (var candidate in candidates.Where(candidate => !candidate.ShouldAvoid))
            {
                if (await prepareAsync(candidate, key))
                {
                    _silo = candidate;
                    return;
                }
            }
        }
        finally
        {
            Volatile.Write(ref _isMoving, 0);
        }
    }

    private sealed record AddressedGrain(SiloState Silo, IImageGrain Grain);
}
