using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Routing;
using Segmentation.Gateway.Segmenting;
using Segmentation.Gateway.Telemetry;
using Segmentation.Grains;

namespace Segmentation.Gateway.Streaming;

/// <summary>
/// Decodes a prompt that may name a mask which its silo no longer holds: the prompts that made the mask are repeated
/// until it does. The same prompts give the same masks anywhere, so the answer is what it would have been.
/// </summary>
internal sealed class ReplayingDecoder(ImageDecoder decoder, GatewayMetrics metrics)
{
    /// <summary>How often the chain may have to be begun: on one silo, and on another when that one ends.</summary>
    private const int Starts = 2;

    /// <summary>Decodes one prompt.</summary>
    /// <param name="key">The image.</param>
    /// <param name="request">The prompt, alone in its request.</param>
    /// <param name="history">What the session was answered before.</param>
    /// <param name="affinity">The silo that the session's image is hot on.</param>
    /// <param name="time">The call's time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>MaskNotFound only when the mask is not of this session's history.</returns>
    public async Task<Outcome<DecodeReply>> DecodeAsync(
        EmbeddingKey key,
        DecodeRequest request,
        RefinementHistory history,
        SiloAffinity affinity,
        CallTime time,
        CancellationToken cancellationToken)
    {
        // The request at the bottom, above it the prompts it waits for; the top is what is decoded next.
        var waiting = new Stack<DecodeRequest>([request]);

        // Down the chain and up again is twice its length, and once more when a silo ends on the way. More means
        // that masks vanish as fast as they are made.
        for (var left = Starts * 2 * history.DepthOf(request.Prompts[0]); left >= 0; left--)
        {
            var next = waiting.Peek() with { TimeLeft = time.Left };
            var decoded = await decoder.DecodeAsync(key, next, affinity, cancellationToken);
            if (!decoded.TryGet(out var reply, out var problem))
            {
                return problem;
            }

            if (reply.Status == DecodeStatus.Ok)
            {
                waiting.Pop();
                if (waiting.Count == 0)
                {
                    return reply;
                }
            }
            else if (reply is { Status: DecodeStatus.MaskNotFound, MissingMaskId: { } id }
                && history.Find(id) is { } made)
            {
                metrics.Replayed();
                waiting.Push(Repeat(made));
            }
            else
            {
                return reply;
            }
        }

        return Problem.TryLater(
            StatusCode.Unavailable,
            "REFINEMENT_STATE_LOST",
            "The decoder forgets masks faster than they can be made again. Try again after the delay in RetryInfo.",
            TimeSpan.FromSeconds(1));
    }

    private static DecodeRequest Repeat(AnsweredPrompt answered) => new()
    {
        Prompts = [answered.Prompt],
        MaskCount = answered.MaskCount,
        Forms = MaskForms.None,
        Refinable = true,
        Lane = Lane.Interactive,
    };
}
