using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Routing.Affinity;
using Segmentation.Gateway.Routing.Hedging;
using Segmentation.Gateway.Segmenting;
using Segmentation.Grains;
using Segmentation.Masks;

namespace Segmentation.Gateway.Streaming;

/// <summary>
/// Decodes a prompt of a session that may name a mask which its silo does not hold (any more): the prompts that made the
/// mask are repeated there. The same prompts give the same masks anywhere, so the answer is what it would have been.
/// </summary>
internal sealed class ReplayingDecoder(SiloDecodeClient decoder)
{
    /// <summary>How often a silo may be brought through a chain: masks can be given up while it is under way.</summary>
    private const int Starts = 2;

    /// <summary>Decodes one prompt.</summary>
    /// <param name="key">The image.</param>
    /// <param name="request">The prompt, alone in its request.</param>
    /// <param name="history">What the session was answered before.</param>
    /// <param name="affinity">The silo that the session's image is hot on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>MaskNotFound only when the mask is not of this session's history.</returns>
    public async Task<Outcome<DecodeReply>> DecodeAsync(
        EmbeddingKey key,
        DecodeRequest request,
        RefinementHistory history,
        SiloAffinity affinity,
        CancellationToken cancellationToken)
    {
        // Down the chain and up again is twice its length.
        var replay = request.Prompts[0].MaskId is null
            ? MaskReplayPlan.None
            : new MaskReplayPlan(
                id => history.Find(id) is { } made ? Repeat(made) : null,
                Starts * 2 * history.DepthOf(request.Prompts[0]));
        var decoded = await decoder.DecodeAsync(key, request, affinity, replay, cancellationToken);
        return decoded.TryGet(out var reply, out _)
            && reply is { Status: DecodeStatus.MaskNotFound, MissingMaskId: { } missing }
            && history.Find(missing) is not null
            ? StateLost()
            : decoded;
    }

    private static RpcStatus StateLost() => Problem.TryLater(
        StatusCode.Unavailable,
        "REFINEMENT_STATE_LOST",
        "The decoder forgets masks faster than they can be made again. Try again after the delay in RetryInfo.",
        TimeSpan.FromSeconds(1));

    private static DecodeRequest Repeat(AnsweredPrompt answered) => new()
    {
        Prompts = [answered.Prompt],
        MaskCount = answered.MaskCount,
        Forms = MaskForms.None,
        Refinable = true,
        Lane = Lane.Interactive,
    };
}
