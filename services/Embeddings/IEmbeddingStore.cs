namespace Segmentation.Embeddings;

/// <summary>
/// Store of embeddings, which encoders write and silos read. Every read slides the expiry. An entry whose checksum is
/// wrong is removed and reported as missing: a wrong mask is worse than a second encoding. A store out of reach holds
/// nothing and takes nothing; being out of reach is never an exception.
/// </summary>
public interface IEmbeddingStore
{
    /// <summary>
    /// True when the store answered the last command. While the store does not answer, a missing entry proves nothing.
    /// </summary>
    bool IsAvailable { get; }

    /// <summary>Reads only the header; null when nothing is held.</summary>
    ValueTask<EmbeddingInfo?> GetInfoAsync(EmbeddingKey key, CancellationToken cancellationToken);

    /// <summary>Reads an embedding; null when nothing is held.</summary>
    ValueTask<Embedding?> GetAsync(EmbeddingKey key, CancellationToken cancellationToken);

    /// <summary>Writes an embedding over whatever was there.</summary>
    /// <returns>False when it could not be stored: the store is out of reach or has no room.</returns>
    ValueTask<bool> PutAsync(EmbeddingKey key, Embedding embedding, CancellationToken cancellationToken);

    /// <summary>Removes an embedding. True when there was one.</summary>
    ValueTask<bool> RemoveAsync(EmbeddingKey key, CancellationToken cancellationToken);
}
