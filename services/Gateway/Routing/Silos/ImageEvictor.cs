using Segmentation.Embeddings;

namespace Segmentation.Gateway.Routing.Silos;

/// <summary>Has every silo evict an image from its memory, since any of them may hold the image.</summary>
internal sealed class ImageEvictor(SiloRegistry silos)
{
    /// <summary>Completes when all silos have evicted the image; a silo that has left holds nothing.</summary>
    public Task ForgetAsync(EmbeddingKey key, CancellationToken cancellationToken) =>
        Task.WhenAll(silos.All.Select(silo => ForgetAsync(silo, key, cancellationToken)));

    private static async Task ForgetAsync(SiloState silo, EmbeddingKey key, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silo.Left, cancellationToken);
        try
        {
            await silo.Image(key.ToString()).ForgetAsync(either.Token);
        }
        catch (Exception exception) when (TransientSiloErrors.Is(exception) && silo.Left.IsCancellationRequested)
        {
            // The silo has left, and its memory with it.
        }
    }
}
