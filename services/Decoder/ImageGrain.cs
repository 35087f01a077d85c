using Orleans.Concurrency;
using Segmentation.Embeddings;
using Segmentation.Grains;

namespace Segmentation.Decoder;

/// <summary>
/// The address of an image in the cluster. Reentrant, because it keeps nothing between calls but its key: prompts on
/// one image run on as many workers as there are.
/// </summary>
[Reentrant]
internal sealed class ImageGrain : Grain, IImageGrain
{
    private readonly ImageDecoder _decoder;
    private readonly EmbeddingKey _key;

    public ImageGrain(ImageDecoder decoder, IGrainContext context)
    {
        _decoder = decoder;
        _key = EmbeddingKey.Parse(context.GrainId.Key.ToString()!);
    }

    public async Task<DecodeReply> DecodeAsync(DecodeRequest request, CancellationToken cancellationToken)
    {
        var reply = await _decoder.DecodeAsync(_key, request, cancellationToken);
        if (reply.Status == DecodeStatus.ImageNotFound)
        {
            // Anybody can ask for images that are not there; each must not cost an activation.
            DeactivateOnIdle();
        }

        return reply;
    }

    public Task ForgetAsync(CancellationToken cancellationToken)
    {
        _decoder.Forget(_key);
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
