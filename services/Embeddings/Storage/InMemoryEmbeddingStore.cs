using Microsoft.Extensions.Options;
using Segmentation.Common.Caching;

namespace Segmentation.Embeddings.Storage;

/// <summary>Embeddings in this process, bounded by bytes: the store of a deployment without Redis.</summary>
internal sealed class InMemoryEmbeddingStore : IEmbeddingStore
{
    private readonly Lock _gate = new();
    private readonly LruCache<EmbeddingKey, Embedding> _held;
    private readonly EmbeddingMetrics _metrics;

    public InMemoryEmbeddingStore(IOptions<EmbeddingStoreOptions> options, TimeProvider clock, EmbeddingMetrics metrics)
    {
        _held = new(options.Value.CapacityBytes, options.Value.SlidingExpiration, clock)
        {
            OwnerOf = key => key.Tenant,
            Evicted = _ => metrics.Evicted(),
        };
        _metrics = metrics;
        metrics.ObserveSize(() => SizeBytes);
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

    public bool IsAvailable => true;

    public ValueTask<EmbeddingInfo?> GetInfoAsync(EmbeddingKey key, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<EmbeddingInfo?>(cancellationToken)
            : ValueTask.FromResult(Find(key, EmbeddingMetrics.Info)?.Info);

    public ValueTask<Embedding?> GetAsync(EmbeddingKey key, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<Embedding?>(cancellationToken)
            : ValueTask.FromResult(Find(key, EmbeddingMetrics.Values));

    public ValueTask<bool> PutAsync(EmbeddingKey key, Embedding embedding, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        lock (_gate)
        {
            return ValueTask.FromResult(_held.Set(key, embedding, EmbeddingCodec.HeaderSize + embedding.Float16.Length));
        }
    }

    public ValueTask<bool> RemoveAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        lock (_gate)
        {
            return ValueTask.FromResult(_held.Remove(key));
        }
    }

    private Embedding? Find(EmbeddingKey key, string what)
    {
        Embedding? embedding;
        lock (_gate)
        {
            _held.TryGet(key, out embedding);
        }

        _metrics.Read(what, embedding is not null);
        return embedding;
    }
}
