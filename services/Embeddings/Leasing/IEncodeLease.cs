namespace Segmentation.Embeddings.Leasing;

/// <summary>Lets one encoder of a cluster at a time encode an image.</summary>
public interface IEncodeLease
{
    /// <summary>Takes the right to encode an image.</summary>
    /// <param name="key">Key of its embedding.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>
    /// The right, held until it is disposed; null when another process has it: ask the store again soon. Without a
    /// store everybody has it: encoding twice is better than not at all.
    /// </returns>
    ValueTask<IAsyncDisposable?> TryTakeAsync(EmbeddingKey key, CancellationToken cancellationToken);
}
