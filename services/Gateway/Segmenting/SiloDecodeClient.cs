using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Routing.Affinity;
using Segmentation.Gateway.Routing.Hedging;
using Segmentation.Grains;

namespace Segmentation.Gateway.Segmenting;

/// <summary>
/// Adds the image: where the silos lack an image's embedding, pushes it there from the store and asks once more.
/// </summary>
internal sealed class SiloDecodeClient(HedgedDecoder decoder, SiloImageClient silos)
{
    /// <summary>Decodes prompts. A problem is a silo out of reach; everything else is in the reply.</summary>
    public Task<Outcome<DecodeReply>> DecodeAsync(
        EmbeddingKey key, DecodeRequest request, CancellationToken cancellationToken) =>
        DecodeAsync(key, request, new SiloAffinity(), MaskReplayPlan.None, cancellationToken);

    /// <summary>Decodes prompts that build on what the silo of <paramref name="affinity"/> decoded before.</summary>
    public async Task<Outcome<DecodeReply>> DecodeAsync(
        EmbeddingKey key,
        DecodeRequest request,
        SiloAffinity affinity,
        MaskReplayPlan replay,
        CancellationToken cancellationToken)
    {
        var reply = await decoder.DecodeAsync(key, request, affinity, replay, cancellationToken);
        if (reply is { Status: DecodeStatus.ImageNotFound })
        {
            var (isPushed, problem) = await silos.PushFromStoreAsync(key, cancellationToken);
            if (problem is not null)
            {
                return problem;
            }

            reply = isPushed ? await decoder.DecodeAsync(key, request, affinity, replay, cancellationToken) : reply;
        }

        return reply is null ? DecoderProblems.OutOfReach() : reply;
    }
}
