using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Routing.Affinity;
using Segmentation.Gateway.Routing.Hedging;
using Segmentation.Grains;

namespace Segmentation.Gateway.Segmenting;

/// <summary>Sends prompts to the silos of their image.</summary>
internal sealed class SiloDecodeClient(HedgedDecoder decoder, SiloImageClient hot)
{
    private static readonly TimeSpan _siloReturns = TimeSpan.FromSeconds(1);

    /// <summary>Decodes prompts. A problem is a silo out of reach; everything else is in the reply.</summary>
    public Task<Outcome<DecodeReply>> DecodeAsync(
        EmbeddingKey key, DecodeRequest request, CancellationToken cancellationToken) =>
        DecodeAsync(key, request, new SiloAffinity(), MaskReplayPlan.None, cancellationToken);

    /// <summary>Decodes prompts that build on what the silo of <paramref name="affinity"/> decoded before.</summary>
    public async Task<Outcome<DecodeReply>> DecodeAsync(
        EmbeddingKey key,
        DecodeRequest request,
        SiloAffinity affinity,
        MaskReplayPlan remaking,
        CancellationToken cancellationToken)
    {
        var reply = await decoder.DecodeAsync(key, request, affinity, remaking, cancellationToken);
        if (reply is { Status: DecodeStatus.ImageNotFound } && await hot.PushFromStoreAsync(key, cancellationToken))
        {
            reply = await decoder.DecodeAsync(key, request, affinity, remaking, cancellationToken);
        }

        return reply is null ? OutOfReach() : reply;
    }

    /// <summary>No silo answered.</summary>
    public static RpcStatus OutOfReach() => Problem.TryLater(
        StatusCode.Unavailable,
        "DECODER_UNAVAILABLE",
        "No decoder answered. The request may be repeated after the delay in RetryInfo.",
        _siloReturns);

    /// <summary>A silo had no room, or no time before the deadline.</summary>
    public static RpcStatus Overloaded(TimeSpan retryAfter) => Problem.TryLater(
        StatusCode.ResourceExhausted,
        "DECODER_OVERLOADED",
        "The decoder has too much to do to answer in time. Try again after the delay in RetryInfo.",
        retryAfter);

    /// <summary>The status of a reply without masks.</summary>
    /// <param name="reply">Not Ok.</param>
    /// <param name="imageId">The image, for NOT_FOUND.</param>
    /// <param name="imageRemedy">What to do when the image is not held.</param>
    /// <param name="maskRemedy">What to do when a mask is not held.</param>
    public static RpcStatus ProblemOf(DecodeReply reply, string imageId, string imageRemedy, string maskRemedy) =>
        reply.Status switch
        {
            DecodeStatus.ImageNotFound => Problem.ImageNotFound(imageId, imageRemedy),
            DecodeStatus.MaskNotFound => Problem.MaskNotFound(reply.MissingMaskId ?? "", maskRemedy),
            DecodeStatus.Overloaded => Overloaded(reply.RetryAfter),
            DecodeStatus.Expired => Problem.Of(
                StatusCode.DeadlineExceeded, "EXPIRED", "The deadline passed before decoding began."),
            _ => throw new InvalidOperationException($"{reply.Status} is not a problem."),
        };
}
