using Segmentation.Embeddings;
using Segmentation.Grains;

namespace Segmentation.Gateway.Routing;

/// <summary>Has every silo give up an image, since any of them may hold it.</summary>
internal sealed class ImageForgetter(IGrainFactory grains, SiloRoutes routes)
{
    /// <summary>Completes when all silos have forgotten it; one that left or cannot be reached holds nothing.</summary>
    public Task ForgetAsync(EmbeddingKey key, CancellationToken cancellationToken) =>
        Task.WhenAll(routes.For(key).Select(route => ForgetAsync(route, key, cancellationToken)));

    private async Task ForgetAsync(SiloRoute route, EmbeddingKey key, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(route.Left, cancellationToken);
        try
        {
            await grains.GetGrain<IImageGrain>(ImageAddress.For(key.ToString(), route.Address))
                .ForgetAsync(either.Token);
        }
        catch (OperationCanceledException) when (route.Left.IsCancellationRequested)
        {
            // What it held went with it.
        }
    }
}
