using Segmentation.Embeddings;

namespace Segmentation.Gateway.Routing.Silos;

/// <summary>Has every silo give up an image, since any of them may hold it.</summary>
internal sealed class ImageEvictor(SiloRegistry routes)
{
    /// <summary>Completes when all silos have forgotten it; one that left or cannot be reached holds nothing.</summary>
    public Task ForgetAsync(EmbeddingKey key, CancellationToken cancellationToken) =>
        Task.WhenAll(routes.All.Select(route => ForgetAsync(route, key, cancellationToken)));

    private static async Task ForgetAsync(SiloState route, EmbeddingKey key, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(route.Left, cancellationToken);
        try
        {
            await route.Image(key.ToString()).ForgetAsync(either.Token);
        }
        catch (Exception exception) when (TransientSiloErrors.Is(exception) && route.Left.IsCancellationRequested)
        {
            // What it held went with it.
        }
    }
}
