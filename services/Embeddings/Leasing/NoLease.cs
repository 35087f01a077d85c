namespace Segmentation.Embeddings.Leasing;

/// <summary>The lease of a process without others: always free.</summary>
internal sealed class NoLease : IEncodeLease, IAsyncDisposable
{
    public ValueTask<IAsyncDisposable?> TryTakeAsync(EmbeddingKey key, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IAsyncDisposable?>(this);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
