using System.Runtime.InteropServices;
using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Routing.Silos;
using Segmentation.Grains;

namespace Segmentation.Gateway.Images;

/// <summary>
/// Finds images in the memory of silos, and pushes embeddings there, while the store is away, or while some hosts have
/// not connected to the store again.
/// </summary>
internal sealed class SiloImageClient(SiloSelector selector, IEmbeddingStore store)
{
    /// <summary>Silos that an embedding is pushed to.</summary>
    private const int Copies = 2;

    /// <summary>
    /// Finds an image's description at the silos; null when none holds the image, or none is in reach.
    /// </summary>
    public async ValueTask<EmbeddingInfo?> FindAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        foreach (var silo in selector.For(key))
        {
            var image = await AskAsync(
                silo, key, (grain, cancel) => grain.FindAsync(cancel), cancellationToken);
            if (image is not null)
            {
                return new EmbeddingInfo(image.Width, image.Height, image.SizeBytes, image.MediaType);
            }
        }

        return null;
    }

    /// <summary>
    /// Has the silos that an image's prompts are sent to first look for it in the store, for a gateway that does not
    /// reach it; null when they have not found it.
    /// </summary>
    public async ValueTask<EmbeddingInfo?> LoadAsync(EmbeddingKey key, CancellationToken cancellationToken)
    {
        foreach (var silo in selector.For(key).Take(Copies))
        {
            var status = await AskAsync<DecodeStatus?>(
                silo, key, async (grain, cancel) => await grain.PrepareAsync(cancel), cancellationToken);
            if (status == DecodeStatus.Ok)
            {
                return await FindAsync(key, cancellationToken);
            }
        }

        return null;
    }

    /// <summary>
    /// Takes an embedding to silos that do not find it, if the store has it: they may not reach the store when this
    /// gateway does.
    /// </summary>
    /// <returns>
    /// True when a silo has the embedding now; false without a problem when the store has none, and with one when no
    /// silo took the embedding.
    /// </returns>
    public async Task<(bool IsPushed, RpcStatus? Problem)> PushFromStoreAsync(
        EmbeddingKey key, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(key, cancellationToken) is not { } embedding)
        {
            return (false, null);
        }

        var problem = await PushAsync(key, embedding, cancellationToken);
        return (problem is null, problem);
    }

    /// <summary>
    /// Takes an embedding to the two silos that its image's prompts are sent to first: a single one could end before
    /// the store is back. Null when it is there, or why it is not.
    /// </summary>
    public async Task<RpcStatus?> PushAsync(
        EmbeddingKey key, Embedding embedding, CancellationToken cancellationToken)
    {
        var data = ToData(embedding);
        var problem = DecoderProblems.OutOfReach();
        foreach (var pair in selector.For(key).Chunk(Copies))
        {
            foreach (var status in await Task.WhenAll(pair.Select(AskOneAsync)))
            {
                switch (status)
                {
                    case null:
                        continue;
                    case DecodeStatus.Ok:
                        return null;
                    case DecodeStatus.Overloaded:
                        problem = DecoderProblems.Overloaded(TimeSpan.FromSeconds(1));
                        continue;
                    case DecodeStatus.ImageNotFound:
                        problem = DecoderProblems.ModelNotServed();
                        continue;
                    default:
                        throw new InvalidOperationException($"The decoder answered {status} to an embedding.");
                }
            }
        }

        return problem;

        Task<DecodeStatus?> AskOneAsync(SiloState silo) => AskAsync<DecodeStatus?>(
            silo, key, async (grain, cancel) => await grain.AdoptAsync(data, cancel), cancellationToken);
    }

    /// <summary>Asks a silo; null when the silo cannot be reached.</summary>
    private static async Task<T?> AskAsync<T>(
        SiloState silo,
        EmbeddingKey key,
        Func<IImageGrain, CancellationToken, Task<T?>> ask,
        CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silo.Left, cancellationToken);
        try
        {
            return await ask(silo.Image(key.ToString()), either.Token);
        }
        catch (Exception exception) when (TransientSiloErrors.Is(exception) && !cancellationToken.IsCancellationRequested)
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
