using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Segmentation.Common.Caching;
using Segmentation.Decoder.Telemetry;
using Segmentation.Embeddings;
using Segmentation.Grains;

namespace Segmentation.Decoder.Everything;

/// <summary>
/// Results of the parts of searches that are under way. Gateways lead searches without knowing of each other. If two
/// have the same plan for the same image, a part is done once for both: a request that comes while it is done waits for
/// the result, and a later one finds it here. Bounded by bytes; an evicted result is computed again.
/// </summary>
internal sealed class PartResultCache
{
    /// <summary>Some twenty searches of a thousand points.</summary>
    private const long CapacityBytes = 64L << 20;

    // The objects around a mask's run lengths, and around a search.
    private const int BytesAMask = 256;
    private const int BytesASearch = 1024;

    /// <summary>
    /// Time after which results are evicted of silent searches: a killed gateway does not say that it left.
    /// </summary>
    private static readonly TimeSpan _longestSilence = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly SingleFlight<(Place Place, string Part), PointsReply> _flights = new();
    private readonly LruCache<Place, Found> _found;
    private readonly DecoderMetrics _metrics;

    public PartResultCache(DecoderMetrics metrics, TimeProvider clock)
    {
        _found = new(CapacityBytes, _longestSilence, clock) { OwnerOf = place => place.Key.Tenant };
        _metrics = metrics;
        metrics.ObserveSearches(() => SizeBytes);
    }

    /// <summary>Bytes held.</summary>
    public long SizeBytes
    {
        get
        {
            lock (_gate)
            {
                return _found.SizeBytes;
            }
        }
    }

    /// <summary>Returns the result of a part from the cache, from a run under way, or from a new run.</summary>
    /// <param name="key">Embedding of the crop.</param>
    /// <param name="request">The part.</param>
    /// <param name="run">Does the part; its token is cancelled when the last search that waits has cancelled.</param>
    /// <param name="cancellationToken">Ends the waiting of this search; others go on.</param>
    public async Task<PointsReply> RunAsync(
        EmbeddingKey key,
        PointsRequest request,
        Func<CancellationToken, Task<PointsReply>> run,
        CancellationToken cancellationToken)
    {
        var place = new Place(key, request.Plan.Id, request.Crop);
        var part = Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<int>(request.Points)));
        var isNew = false;
        Enter(place, request.Search);
        var reply = await _flights.RunAsync((place, part), DoAsync, cancellationToken);
        if (!isNew)
        {
            _metrics.PartShared();
        }

        return reply;

        async Task<PointsReply> DoAsync(CancellationToken abandoned)
        {
            if (Find(place, part) is { } held)
            {
                return held;
            }

            // On the pool: the run outlives the call of a search that cancels before others do.
            isNew = true;
            var found = await Task.Run(() => run(abandoned), CancellationToken.None).ConfigureAwait(false);
            if (found.Status == DecodeStatus.Ok)
            {
                Keep(place, part, found);
            }

            return found;
        }
    }

    /// <summary>Ends a search in a crop; the results are removed with the last one.</summary>
    public void Leave(EmbeddingKey key, string plan, int crop, Guid search)
    {
        var place = new Place(key, plan, crop);
        lock (_gate)
        {
            if (_found.TryGet(place, out var found) && found.Searches.Remove(search) && found.Searches.Count == 0)
            {
                _found.Remove(place);
            }
        }
    }

    /// <summary>
    /// Removes the results of a whole image. Results of crops stay: the first search that is done with a crop evicts
    /// it, and others may still need its results.
    /// </summary>
    public void Forget(EmbeddingKey key)
    {
        lock (_gate)
        {
            foreach (var (place, _) in _found.Recent.Where(one => one.Key.Key == key && one.Key.Crop == 0).ToList())
            {
                _found.Remove(place);
            }
        }
    }

    private void Enter(Place place, Guid search)
    {
        lock (_gate)
        {
            if (!_found.TryGet(place, out var found))
            {
                found = new Found();
                _found.Set(place, found, found.SizeBytes);
            }

            found.Searches.Add(search);
        }
    }

    private PointsReply? Find(Place place, string part)
    {
        lock (_gate)
        {
            return _found.TryGet(place, out var found) ? found.Replies.GetValueOrDefault(part) : null;
        }
    }

    private void Keep(Place place, string part, PointsReply reply)
    {
        lock (_gate)
        {
            if (_found.TryGet(place, out var found) && found.Replies.TryAdd(part, reply))
            {
                found.SizeBytes += reply.Candidates.Sum(mask => BytesAMask + (long)mask.Counts.Length * sizeof(char))
                    + (long)reply.Explained.Length * sizeof(int);
                _found.Set(place, found, found.SizeBytes);
            }
        }
    }

    /// <summary>A crop in a plan.</summary>
    private readonly record struct Place(EmbeddingKey Key, string Plan, int Crop);

    /// <summary>Results of a crop; guarded by the lock.</summary>
    private sealed class Found
    {
        public HashSet<Guid> Searches { get; } = [];

        public Dictionary<string, PointsReply> Replies { get; } = [];

        public long SizeBytes { get; set; } = BytesASearch;
    }
}
