using Microsoft.Extensions.Options;
using Segmentation.Common;
using Segmentation.Common.Caching;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Engine;
using Segmentation.Decoder.Scheduling;
using Segmentation.Decoder.Telemetry;
using Segmentation.Embeddings;

namespace Segmentation.Decoder.Images;

/// <summary>
/// The prepared images of a silo, bounded by bytes, least recently used out first, of the tenant who holds most.
/// However many prompts wait for a cold image, it is read and prepared once; a prompt on a hot one moves no tensor. Who
/// holds an image that is given up meanwhile goes on with it.
/// </summary>
internal sealed class HotImages
{
    private readonly Lock _gate = new();
    private readonly LruCache<EmbeddingKey, IHotImage> _held;
    private readonly Dictionary<EmbeddingKey, Load> _loads = [];
    private readonly SingleFlight<EmbeddingKey, HotImageReply> _flights = new();
    private readonly IEmbeddingStore _store;
    private readonly DecodeScheduler _scheduler;
    private readonly DecoderMetrics _metrics;

    public HotImages(
        IEmbeddingStore store, DecodeScheduler scheduler, IOptions<DecoderOptions> options, DecoderMetrics metrics)
    {
        _store = store;
        _scheduler = scheduler;
        _metrics = metrics;
        _held = new(options.Value.HotImageBytes)
        {
            OwnerOf = key => key.Tenant, Evicted = _ => metrics.ImageEvicted(),
        };
        metrics.ObserveHotImages(() => Count, () => SizeBytes);
    }

    /// <summary>Images held.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _held.Count;
            }
        }
    }

    /// <summary>Bytes held.</summary>
    public long SizeBytes
    {
        get
        {
            lock (_gate)
            {
                return _held.SizeBytes;
            }
        }
    }

    /// <summary>Finds an image, or reads and prepares it.</summary>
    /// <param name="key">Its embedding.</param>
    /// <param name="lane">In which lane it is prepared; the best of all who wait for it counts.</param>
    /// <param name="cancellationToken">Gives up; the work stops when nobody else waits for it.</param>
    public ValueTask<HotImageReply> GetAsync(EmbeddingKey key, Lane lane, CancellationToken cancellationToken) =>
        GetAsync(key, lane, token => _store.GetAsync(key, token), cancellationToken);

    /// <summary>Prepares an image from an embedding that the store may not hold.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="embedding">Its embedding.</param>
    /// <param name="cancellationToken">Gives up; the work stops when nobody else waits for it.</param>
    public async Task<HotImageReply> AdoptAsync(
        EmbeddingKey key, Embedding embedding, CancellationToken cancellationToken)
    {
        HotImageReply reply;
        do
        {
            reply = await GetAsync(
                key, Lane.Interactive, _ => ValueTask.FromResult<Embedding?>(embedding), cancellationToken);
        }
        while (reply is { Image: null, RefusedFor: null }); // Joined somebody who asked the store, which had nothing.

        return reply;
    }

    /// <summary>Description of an image; null when the image is not hot.</summary>
    public EmbeddingInfo? Find(EmbeddingKey key)
    {
        lock (_gate)
        {
            return _held.TryGet(key, out var image) ? image.Info : null;
        }
    }

    /// <summary>The most recently used images; looking at them is no use.</summary>
    public IReadOnlyList<KeyValuePair<EmbeddingKey, IHotImage>> Recent(int count)
    {
        lock (_gate)
        {
            return [.. _held.Recent.Take(count)];
        }
    }

    private ValueTask<HotImageReply> GetAsync(
        EmbeddingKey key, Lane lane, ReadEmbedding read, CancellationToken cancellationToken)
    {
        Load? load;
        lock (_gate)
        {
            if (_held.TryGet(key, out var image))
            {
                _metrics.ImageRead(hit: true);
                return ValueTask.FromResult(new HotImageReply(image, null));
            }

            load = Join(key, lane);
        }

        _metrics.ImageRead(hit: false);
        return new ValueTask<HotImageReply>(LoadAsync(key, load, read, cancellationToken));
    }

    /// <summary>Gives an image up, also one that is being prepared.</summary>
    public void Forget(EmbeddingKey key)
    {
        lock (_gate)
        {
            _held.Remove(key);
            if (_loads.TryGetValue(key, out var load))
            {
                load.IsForgotten = true;
            }
        }
    }

    private Load Join(EmbeddingKey key, Lane lane)
    {
        if (!_loads.TryGetValue(key, out var load))
        {
            load = new Load { Lane = lane };
            _loads.Add(key, load);
        }

        load.Callers++;
        if (lane == Lane.Interactive && load.Lane == Lane.Batch)
        {
            load.Lane = Lane.Interactive;
            if (load.Job is { } job)
            {
                _scheduler.Promote(job);
            }
        }

        return load;
    }

    private async Task<HotImageReply> LoadAsync(
        EmbeddingKey key, Load load, ReadEmbedding read, CancellationToken cancellationToken)
    {
        try
        {
            return await _flights.RunAsync(
                key, abandoned => PrepareAsync(key, load, read, abandoned), cancellationToken);
        }
        finally
        {
            lock (_gate)
            {
                if (--load.Callers == 0)
                {
                    _loads.Remove(key);
                }
            }
        }
    }

    private async Task<HotImageReply> PrepareAsync(
        EmbeddingKey key, Load load, ReadEmbedding read, CancellationToken abandoned)
    {
        lock (_gate)
        {
            // Another flight may have landed between this caller's look and its take-off.
            if (_held.TryGet(key, out var image))
            {
                return new HotImageReply(image, null);
            }
        }

        if (await read(abandoned).ConfigureAwait(false) is not { } embedding)
        {
            return default;
        }

        DecodeJob<IHotImage> job;
        lock (_gate)
        {
            job = new DecodeJob<IHotImage>(load.Lane, (worker, token) => worker.Prepare(embedding, token), abandoned)
            {
                Name = "prepare",
                Cost = PromptCost.Prepare,
                Tenant = key.Tenant,
            };
            load.Job = job;
        }

        var result = await _scheduler.RunAsync(job).ConfigureAwait(false);
        if (result.Value is not { } prepared)
        {
            return new HotImageReply(null, result.RefusedFor);
        }

        lock (_gate)
        {
            if (!load.IsForgotten)
            {
                _held.Set(key, prepared, prepared.SizeBytes);
            }
        }

        return new HotImageReply(prepared, null);
    }

    private delegate ValueTask<Embedding?> ReadEmbedding(CancellationToken cancellationToken);

    /// <summary>A load of one image, shared by all who wait for the image; guarded by the lock.</summary>
    private sealed class Load
    {
        public int Callers { get; set; }

        public Lane Lane { get; set; }

        public DecodeJob? Job { get; set; }

        public bool IsForgotten { get; set; }
    }
}

/// <summary>A hot image, or why there is none: the store holds nothing, or the silo has no room for the work.</summary>
/// <param name="Image">The image; null when there is none.</param>
/// <param name="RefusedFor">Set when the scheduler had no room: when to try again.</param>
internal readonly record struct HotImageReply(IHotImage? Image, TimeSpan? RefusedFor);
