using Segmentation.Common;
using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Routing.Affinity;
using Segmentation.Gateway.Routing.Hedging;
using Segmentation.Gateway.Segmenting;
using Segmentation.Grains;
using Segmentation.Masks;

namespace Segmentation.Gateway.Streaming;

/// <summary>
/// Adds replay: where a silo lacks the mask that a prompt of a session refines, the prompts that made the mask are
/// decoded there again. The same prompts give the same masks on every silo, so the answer is the same as without the
/// loss.
/// </summary>
internal sealed class ReplayingDecoder(SiloDecodeClient decoder)
{
    /// <summary>
    /// Times that a chain of prompts may begin anew at a silo: masks can be evicted while the chain is replayed.
    /// </summary>
    private const int Starts = 2;

    /// <summary>Decodes one prompt.</summary>
    /// <param name="key">The image.</param>
    /// <param name="request">The prompt, alone in its request.</param>
    /// <param name="history">The prompts that the session has answered.</param>
    /// <param name="affinity">The silo that the session's image is hot on.</param>
    /// <param name="cancellationToken">Cancels the decoding.</param>
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
