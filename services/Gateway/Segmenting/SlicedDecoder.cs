using Segmentation.Embeddings;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Lifetime;
using Segmentation.Grains;

namespace Segmentation.Gateway.Segmenting;

/// <summary>Adds slices: decodes the prompts of a draft slice by slice.</summary>
internal sealed class SlicedDecoder(SiloDecodeClient decoder, AnswerBudget budget)
{
    /// <summary>Slices asked for at once: the silo works on one while the other one's masks are written.</summary>
    private const int AtOnce = 2;

    /// <summary>Decodes what is left of a draft.</summary>
    /// <param name="key">The image.</param>
    /// <param name="draft">The draft, which the masks are added to.</param>
    /// <param name="held">Its bytes in the budget.</param>
    /// <param name="deadline">The caller's time.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <returns>The reply to the last slice, or the first one that is not Ok.</returns>
    public async Task<Outcome<DecodeReply>> DecodeAsync(
        EmbeddingKey key, AnswerDraft draft, AnswerReservation held, CallDeadline deadline, CancellationToken cancellationToken)
    {
        if (draft.Slices.Count == 1)
        {
            return Add(await decoder.DecodeAsync(key, draft.RequestOf(0, deadline), cancellationToken));
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = new Queue<Task<Outcome<DecodeReply>>>();
        try
        {
            while (true)
            {
                for (var next = draft.SlicesAnswered + asked.Count;
                    asked.Count < AtOnce && next < draft.Slices.Count;
                    next++)
                {
                    asked.Enqueue(decoder.DecodeAsync(key, draft.RequestOf(next, deadline), stop.Token));
                }

                var decoded = Add(await asked.Dequeue());
                var isOk = decoded.TryGet(out var reply, out _) && reply.Status == DecodeStatus.Ok;
                if (!isOk || draft.SlicesAnswered == draft.Slices.Count)
                {
                    return decoded;
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            foreach (Task left in asked)
            {
                await left.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        Outcome<DecodeReply> Add(Outcome<DecodeReply> decoded) =>
            decoded.TryGet(out var reply, out _)
            && reply.Status == DecodeStatus.Ok
            && draft.Add(reply, held, budget) is { } refused
                ? refused
                : decoded;
    }
}
