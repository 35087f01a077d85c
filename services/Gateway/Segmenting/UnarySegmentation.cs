using Segmentation.Embeddings;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Lifetime;
using Segmentation.Grains;
using Segmentation.Protocol.V1;
using ImageCase = Segmentation.Protocol.V1.SegmentRequest.ImageOneofCase;

namespace Segmentation.Gateway.Segmenting;

/// <summary>Answers the unary call: one image, its prompts, their masks.</summary>
internal sealed class UnarySegmentation(ImageLibrary library, SlicedDecoder decoder, AnswerBudget budget)
{
    private const string MaskRemedy = "Send the prompt that made it again with output.refinable, or send its logits.";

    /// <summary>Answers a request.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="request">The request.</param>
    /// <param name="limit">The largest answer that the caller receives.</param>
    /// <param name="deadline">The caller's time.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <returns>The answer, to be disposed of; or the problem.</returns>
    public async Task<Outcome<SegmentAnswer>> SegmentAsync(
        Caller caller,
        SegmentRequest request,
        AnswerLimit limit,
        CallDeadline deadline,
        CancellationToken cancellationToken)
    {
        // What needs no image is checked first, so that a bad request is never charged an encoding.
        var found = await ResolveAsync(caller, request, limit, cancellationToken);
        if (!found.TryGet(out var image, out var problem))
        {
            return problem;
        }

        var violations = new Violations();
        var (prompts, output) = Parse(request, image.Info, violations);
        if ((violations.Any ? violations.ToStatus() : limit.Refuse(prompts, output)) is { } refused)
        {
            return refused;
        }

        var draft = new AnswerDraft(prompts, output, image.Info);
        if (draft.Bytes > budget.MaxBytes)
        {
            return budget.TooLarge(prompts.Length, draft.Bytes);
        }

        if (budget.TryReserve(caller, draft.Bytes) is not { } held)
        {
            return budget.Exhausted();
        }

        var answer = default(SegmentAnswer);
        try
        {
            found = await DecodeAsync(caller, image, request, draft, held, deadline, cancellationToken);
            if (!found.TryGet(out image, out problem))
            {
                return problem;
            }

            var made = draft.Finish(image, held);
            if (limit.Refuse(made) is { } tooLarge)
            {
                return tooLarge;
            }

            return answer = made;
        }
        finally
        {
            if (answer is null)
            {
                draft.Abandon();
                held.Dispose();
            }
        }
    }

    /// <summary>Fills a draft.</summary>
    /// <returns>The image, which may have been encoded once more; or why there are no masks.</returns>
    private async Task<Outcome<StoredImage>> DecodeAsync(
        Caller caller,
        StoredImage image,
        SegmentRequest request,
        AnswerDraft draft,
        AnswerReservation held,
        CallDeadline deadline,
        CancellationToken cancellationToken)
    {
        var decoded = await decoder.DecodeAsync(image.Key, draft, held, deadline, cancellationToken);
        if (request.ImageCase == ImageCase.ImageData && IsLost(decoded))
        {
            // The bytes are still at hand: an embedding evicted between the tiers is made once more.
            var found = await library.ImportAsync(
                caller, request.ImageData.Memory, "image_data", true, cancellationToken);
            if (!found.TryGet(out var again, out var lost))
            {
                return lost;
            }

            image = again;
            decoded = await decoder.DecodeAsync(image.Key, draft, held, deadline, cancellationToken);
            if (IsLost(decoded))
            {
                return LostTwice();
            }
        }

        if (!decoded.TryGet(out var reply, out var problem))
        {
            return problem;
        }

        return reply.Status == DecodeStatus.Ok
            ? image
            : DecoderProblems.Of(reply, image.Id, ImageLibrary.InlineRemedy, MaskRemedy);
    }

    private async Task<Outcome<StoredImage>> ResolveAsync(
        Caller caller, SegmentRequest request, AnswerLimit limit, CancellationToken cancellationToken)
    {
        var violations = new Violations();
        if (request.ImageCase == ImageCase.None)
        {
            violations.Add("image", "Missing: image_id or image_data is needed.");
        }

        if (request.ImageCase == ImageCase.ImageId)
        {
            if (library.KeyOf(caller.Tenant, request.ImageId, "image_id").TryGet(out var key, out _))
            {
                return await library.GetAsync(key, ImageLibrary.InlineRemedy, cancellationToken);
            }

            violations.Add("image_id", $"{ClientText.Quote(request.ImageId)} is no image id: expected {ImageId.Form}.");
        }

        var (prompts, output) = Parse(request, null, violations);
        return (violations.Any ? violations.ToStatus() : limit.Refuse(prompts, output)) is { } refused
            ? refused
            : await library.ImportAsync(caller, request.ImageData.Memory, "image_data", false, cancellationToken);
    }

    private static (PromptData[] Prompts, OutputSpec Output) Parse(
        SegmentRequest request, EmbeddingInfo? size, Violations violations)
    {
        var output = OutputSpec.Parse(request.Output, "output", violations);
        if (request.Prompts.Count is < 1 or > PromptLimits.Prompts)
        {
            violations.Add("prompts", $"{request.Prompts.Count} prompts; 1 to {PromptLimits.Prompts} are allowed.");
            return ([], output);
        }

        var parser = new PromptParser(size, violations);
        return ([.. request.Prompts.Select((prompt, i) => parser.Parse(prompt, $"prompts[{i}]"))], output);
    }

    private static bool IsLost(Outcome<DecodeReply> decoded) =>
        decoded.TryGet(out var reply, out _) && reply.Status == DecodeStatus.ImageNotFound;

    private static RpcStatus LostTwice() => Problem.TryLater(
        StatusCode.Unavailable,
        "EMBEDDING_LOST",
        "The image was encoded twice and its embedding was gone both times: the embedding store is too small or "
            + "failing. The request may be repeated after the delay in RetryInfo.",
        TimeSpan.FromSeconds(1));
}
