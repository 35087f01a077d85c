using System.Runtime.InteropServices;
using Segmentation.Embeddings;
using Segmentation.Gateway.Routing;
using Segmentation.Gateway.Segmenting;
using Segmentation.Grains;

namespace Segmentation.Gateway.Images;

/// <summary>Images that a silo holds whatever the store knows of them: what is left while the store is away.</summary>
internal sealed class HotImages(IGrainFactory grains, SiloRoutes routes)
{
    /// <summary>What a silo knows of an image; null when none holds it, or none is in reach.</summary>
    public async ValueTask<EmbeddingInfo?> FindAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        foreach (var route in routes.For(key))
        {
            var image = await AskAsync(
                route, key, (grain, cancel) => grain.FindAsync(cancel), cancellationToken);
            if (image is not null)
            {
                return new EmbeddingInfo(image.Width, image.Height, image.SizeBytes, image.MediaType);
            }
        }

        return null;
    }

    /// <summary>
    /// Takes an embedding to the silo that its image's prompts are sent to first. Null when it is there, or why it is
    /// not.
    /// </summary>
    public async Task<RpcStatus?> AdoptAsync(
        EmbeddingKey key, Embedding embedding, CancellationToken cancellationToken)
    {
        var data = ToData(embedding);
        foreach (var route in routes.For(key))
        {
            DecodeStatus? status = await AskAsync<DecodeStatus?>(
                route, key, async (grain, cancel) => await grain.AdoptAsync(data, cancel), cancellationToken);
            switch (status)
            {
                case null:
                    continue;
                case DecodeStatus.Ok:
                    return null;
                case DecodeStatus.Overloaded:
                    return ImageDecoder.Overloaded(TimeSpan.FromSeconds(1));
                default:
                    throw new InvalidOperationException($"The decoder answered {status} to an embedding.");
            }
        }

        return ImageDecoder.OutOfReach();
    }

    /// <summary>What a silo answers; null when it cannot be reached.</summary>
    private async Task<T?> AskAsync<T>(
        SiloRoute route,
        EmbeddingKey key,
        Func<IImageGrain, CancellationToken, Task<T?>> ask,
        CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(route.Left, cancellationToken);
        try
        {
            var grain = grains.GetGrain<IImageGrain>(ImageAddress.For(key.ToString(), route.Address));
            return await ask(grain, either.Token);
        }
        catch (Exception exception) when (Unreached.Is(exception) && !cancellationToken.IsCancellationRequested)
        {
            return default;
        }
    }

    private static EmbeddingData ToData(Embedding embedding) => new()
    {
        Image = new ImageData(
            embedding.Info.Width, embedding.Info.Height, embedding.Info.SizeBytes, embedding.Info.MediaType),
        Float16 = MemoryMarshal.TryGetArray(embedding.Float16, out var whole) && whole.Count == whole.Array!.Length
            ? whole.Array
            : embedding.Float16.ToArray(),
    };
}
