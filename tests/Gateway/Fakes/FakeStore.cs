using System.Collections.Concurrent;
using Segmentation.Embeddings;

namespace Segmentation.Gateway.Tests.Fakes;

/// <summary>A store without bounds, which counts what it is asked.</summary>
internal sealed class FakeStore : IEmbeddingStore
{
    private readonly ConcurrentDictionary<string, Embedding> _embeddings = new();
    private int _infoReads;

    public int InfoReads => _infoReads;

    public bool Contains(EmbeddingKey key) => _embeddings.ContainsKey(key.ToString());

    public void Put(EmbeddingKey key, EmbeddingInfo info) =>
        _embeddings[key.ToString()] = new Embedding(info, new byte[Embedding.Length * 2]);

    public void Clear() => _embeddings.Clear();

    public bool IsAvailable { get; set; } = true;

    public ValueTask<EmbeddingInfo?> GetInfoAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _infoReads);
        return ValueTask.FromResult(_embeddings.GetValueOrDefault(key.ToString())?.Info);
    }

    public ValueTask<Embedding?> GetAsync(EmbeddingKey key, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_embeddings.GetValueOrDefault(key.ToString()));

    public ValueTask<bool> PutAsync(EmbeddingKey key, Embedding embedding, CancellationToken cancellationToken)
    {
        _embeddings[key.ToString()] = embedding;
        return ValueTask.FromResult(true);
    }

    public ValueTask<bool> RemoveAsync(EmbeddingKey key, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_embeddings.TryRemove(key.ToString(), out _));
}
