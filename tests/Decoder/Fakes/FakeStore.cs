using System.Collections.Concurrent;
using Segmentation.Embeddings;

namespace Segmentation.Decoder.Tests.Fakes;

/// <summary>A store that counts its reads, and can be held between a read and its answer.</summary>
internal sealed class FakeStore : IEmbeddingStore
{
    private static readonly byte[] _values = new byte[Embeddings.Embedding.Length * sizeof(ushort)];
    private readonly ConcurrentDictionary<EmbeddingKey, Embedding> _held = [];
    private int _reads;

    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Happens while something is written.</summary>
    public Action? BeforePut { get; set; }

    /// <summary>The store is out of reach for writes.</summary>
    public bool TakesNothing { get; set; }

    /// <summary>Reads wait for this.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public static EmbeddingKey Key(int number, string tenant = "default") => EmbeddingKey.Create(
        tenant, TestSilo.Model, number.ToString("x64", null));

    /// <summary>Holds an image of that width, 10 high.</summary>
    public EmbeddingKey Add(int number, int width = 100, string tenant = "default")
    {
        var key = Key(number, tenant);
        _held[key] = Embedding(width);
        return key;
    }

    /// <summary>Holds an image of 100 by 10 pixels under a key.</summary>
    public EmbeddingKey Add(EmbeddingKey key)
    {
        _held[key] = Embedding();
        return key;
    }

    public static Embedding Embedding(int width = 100) =>
        new(new EmbeddingInfo(width, 10, 1, "image/png"), _values);

    public async ValueTask<Embedding?> GetAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        await Gate.WaitAsync(cancellationToken);
        return _held.GetValueOrDefault(key);
    }

    public bool IsAvailable { get; set; } = true;

    public ValueTask<EmbeddingInfo?> GetInfoAsync(EmbeddingKey key, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_held.GetValueOrDefault(key)?.Info);

    public ValueTask<bool> PutAsync(EmbeddingKey key, Embedding embedding, CancellationToken cancellationToken)
    {
        BeforePut?.Invoke();
        if (TakesNothing)
        {
            return ValueTask.FromResult(false);
        }

        _held[key] = embedding;
        return ValueTask.FromResult(true);
    }

    public ValueTask<bool> RemoveAsync(EmbeddingKey key, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_held.TryRemove(key, out _));
}
