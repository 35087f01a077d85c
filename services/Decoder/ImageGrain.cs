using Orleans.Concurrency;
using Orleans.GrainDirectory;
using Segmentation.Decoder.Addressing;
using Segmentation.Decoder.Decoding;
using Segmentation.Decoder.Everything;
using Segmentation.Decoder.Health;
using Segmentation.Embeddings;
using Segmentation.Grains;

namespace Segmentation.Decoder;

/// <summary>
/// An address of an image in the cluster, one of as many as there are silos. Reentrant, because it keeps nothing
/// between calls but its key: prompts on one image run on as many workers as there are.
/// </summary>
[Reentrant]
[GrainDirectory(PinnedSiloDirectory.Name)]
internal sealed class ImageGrain(
    ImageDecoder decoder, PointPartService search, DrainState drain, IGrainContext context) : Grain, IImageGrain
{
    private readonly PointPartService _search = search;
    private readonly EmbeddingKey _key =
        EmbeddingKey.Parse(ImageAddress.EmbeddingKeyOf(context.GrainId.Key.ToString()!));

    public async Task<DecodeReply> DecodeAsync(DecodeRequest request, CancellationToken cancellationToken)
    {
        using var entered = drain.Enter();
        var reply = await decoder.DecodeAsync(_key, request, cancellationToken);
        if (reply.Status == DecodeStatus.ImageNotFound)
        {
            // Anybody can ask for images that are not there; each must not cost an activation.
            DeactivateOnIdle();
        }

        return drain.HasBegun ? reply with { IsSiloDraining = true } : reply;
    }

    public async Task<PointsReply> SearchAsync(PointsRequest request, CancellationToken cancellationToken)
    {
        using var entered = drain.Enter();
        var reply = await _search.SearchAsync(_key, request, cancellationToken);
        if (reply.Status == DecodeStatus.ImageNotFound)
        {
            DeactivateOnIdle();
        }

        return drain.HasBegun ? reply with { IsSiloDraining = true } : reply;
    }

    public Task LeaveSearchAsync(string plan, int crop, Guid search, CancellationToken cancellationToken)
    {
        _search.Leave(_key, plan, crop, search);
        if (decoder.Find(_key) is null)
        {
            // A crop whose turn is over, or one that this silo was never asked about.
            DeactivateOnIdle();
        }

        return Task.CompletedTask;
    }

    public async Task<DecodeStatus> PrepareAsync(CancellationToken cancellationToken)
    {
        using var entered = drain.Enter();
        var status = await decoder.PrepareAsync(_key, cancellationToken);
        if (status == DecodeStatus.ImageNotFound)
        {
            DeactivateOnIdle();
        }

        return status;
    }

    public Task<DecodeStatus> AdoptAsync(EmbeddingData embedding, CancellationToken cancellationToken) =>
        decoder.AdoptAsync(_key, GrainMapping.ToEmbedding(embedding), cancellationToken);

    public Task<ImageData?> FindAsync(CancellationToken cancellationToken)
    {
        if (decoder.Find(_key) is { } info)
        {
            return Task.FromResult<ImageData?>(GrainMapping.ToImage(info));
        }

        DeactivateOnIdle();
        return Task.FromResult<ImageData?>(null);
    }

    public Task ForgetAsync(CancellationToken cancellationToken)
    {
        decoder.Forget(_key);
        _search.Forget(_key);
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
