using System.Collections.Concurrent;
using Segmentation.Embeddings;

namespace Segmentation.Fuzz.Gateway;

/// <summary>A store whose embeddings are all zeros, and the same zeros.</summary>
internal sealed class AnyStore : IEmbeddingStore
{
    private static readonly byte[] _zeros = new byte[Embedding.Length * sizeof(ushort)];

    private readonly ConcurrentDictionary<string, Embedding> _embeddings = new();

    public bool IsAvailable => true;

    public void Put(EmbeddingKey key, EmbeddingInfo info) => _embeddings[key.ToString()] = new Embedding(info, _zeros);

    public void Clear() => _embeddings.Clear();

    public ValueTask<EmbeddingInfo?> GetInfoAsync(EmbeddingKey key, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_embeddings.GetValueOrDefault(key.ToString())?.Info);

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
