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
    private readonly LruCache<EmbeddingKey, HotImageReply> _held;
    private readonly Dictionary<EmbeddingKey, Load> _loads = [];
    private readonly SingleFlight<EmbeddingKey, HotImageReply> _flights = new();
    private readonly IEmbeddingStore _store;
    private readonly DecodeScheduler _scheduler;
    private readonly DecodeModels _models;
    private readonly DecoderMetrics _metrics;

    public HotImages(
        IEmbeddingStore store,
        DecodeScheduler scheduler,
        DecodeModels models,
        IOptions<DecoderOptions> options,
        DecoderMetrics metrics)
    {
        _store = store;
        _models = models;
        models.Leaving = ForgetAll;
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
    /// <returns>The image and its model, which the caller leaves by disposing the reply.</returns>
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
            return _held.TryGet(key, out var hot) ? hot.Image!.Info : null;
        }
    }

    /// <summary>The most recently used images; looking at them is no use. Their models are not entered.</summary>
    public IReadOnlyList<KeyValuePair<EmbeddingKey, HotImageReply>> Recent(int count)
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
            if (_held.TryGet(key, out var hot) && hot.TryEnter())
            {
                _metrics.ImageRead(hit: true);
                return ValueTask.FromResult(hot);
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

    /// <summary>Gives up the images of a model that leaves the memory.</summary>
    private void ForgetAll(LoadedModel model)
    {
        lock (_gate)
        {
            foreach (var (key, _) in _held.Recent.Where(image => image.Value.Model == model).ToList())
            {
                _held.Remove(key);
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
            HotImageReply reply;
            do
            {
                reply = await _flights.RunAsync(
                    key, abandoned => PrepareAsync(key, load, read, abandoned), cancellationToken);
            }
            while (!reply.TryEnter()); // Its model left the memory in this moment: once more.

            return reply;
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
            if (_held.TryGet(key, out var held) && held.Model is { IsClosed: false })
            {
                return held;
            }
        }

        if (await _models.EnterAsync(key, abandoned).ConfigureAwait(false) is not { } model)
        {
            return default;
        }

        try
        {
            return await read(abandoned).ConfigureAwait(false) is { } embedding
                && embedding.Count == model.Source.EmbeddingLength
                ? await PrepareAsync(key, load, model, embedding, abandoned).ConfigureAwait(false)
                : default;
        }
        finally
        {
            model.Leave();
        }
    }

    private async Task<HotImageReply> PrepareAsync(
        EmbeddingKey key, Load load, LoadedModel model, Embedding embedding, CancellationToken abandoned)
    {
        DecodeJob<IHotImage> job;
        lock (_gate)
        {
            job = new DecodeJob<IHotImage>(load.Lane, (worker, token) => worker.Prepare(embedding, token), abandoned)
            {
                Name = "prepare",
                Engine = model.Engine,
                Cost = PromptCost.Prepare,
                Tenant = key.Tenant,
            };
            load.Job = job;
        }

        var result = await _scheduler.RunAsync(job).ConfigureAwait(false);
        if (result.Value is not { } prepared)
        {
            return new HotImageReply(null, result.RefusedFor, null);
        }

        var hot = new HotImageReply(prepared, null, model);
        lock (_gate)
        {
            if (!load.IsForgotten && !model.IsClosed)
            {
                _held.Set(key, hot, prepared.SizeBytes);
            }
        }

        return hot;
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
