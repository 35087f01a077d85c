using System.Security.Cryptography;
using Segmentation.Embeddings;
using Segmentation.Gateway.Answers;
using Segmentation.Gateway.Choosing;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Lifetime;
using Segmentation.Gateway.Quotas;
using Segmentation.Grains;
using Segmentation.Protocol.V1;
using ImageCase = Segmentation.Protocol.V1.SegmentRequest.ImageOneofCase;

namespace Segmentation.Gateway.Segmenting;

/// <summary>Answers the unary call: one image, its prompts, their masks.</summary>
internal sealed class UnarySegmentation(
    ImageLibrary library, ModelDirectory models, SlicedDecoder decoder, AnswerBudget budget, WorkMeter meter)
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
        return found.TryGet(out var image, out var problem)
            ? await AnswerAsync(caller, image, request, limit, deadline, cancellationToken)
            : problem;
    }

    /// <summary>Answers a request whose prompts are charged; they are given back where none is decoded.</summary>
    private async Task<Outcome<SegmentAnswer>> AnswerAsync(
        Caller caller,
        StoredImage image,
        SegmentRequest request,
        AnswerLimit limit,
        CallDeadline deadline,
        CancellationToken cancellationToken)
    {
        var drafted = Draft(caller, image, request, limit);
        if (!drafted.TryGet(out var draft, out var problem))
        {
            meter.GiveBack(caller, WorkOf(request, image.Model));
            return problem;
        }

        var answer = default(SegmentAnswer);
        try
        {
            var found = await DecodeAsync(caller, image, request, draft, deadline, cancellationToken);
            if (!found.TryGet(out var decoded, out problem))
            {
                meter.GiveBackUndone(caller, WorkOf(request, image.Model), problem);
                return problem;
            }

            var made = draft.Draft.Finish(decoded, draft.Held);
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
                draft.Draft.Abandon();
                draft.Held.Dispose();
            }
        }
    }

    /// <summary>Checks the prompts, and holds the bytes of their answer.</summary>
    private Outcome<HeldDraft> Draft(Caller caller, StoredImage image, SegmentRequest request, AnswerLimit limit)
    {
        var violations = new Violations();
        var (prompts, output) = Parse(request, image.Model, image.Info, violations);
        if ((violations.Any ? violations.ToStatus() : limit.Refuse(prompts, output)) is { } refused)
        {
            return refused;
        }

        var draft = new AnswerDraft(prompts, output, image.Info);
        if (draft.Bytes > budget.MaxBytes)
        {
            return budget.TooLarge(prompts.Length, draft.Bytes);
        }

        return budget.TryReserve(caller, draft.Bytes) is { } held
            ? new HeldDraft(draft, held)
            : budget.Exhausted();
    }

    /// <summary>Fills a draft.</summary>
    /// <returns>The image, which may have been encoded once more; or why there are no masks.</returns>
    private async Task<Outcome<StoredImage>> DecodeAsync(
        Caller caller,
        StoredImage image,
        SegmentRequest request,
        HeldDraft held,
        CallDeadline deadline,
        CancellationToken cancellationToken)
    {
        var decoded = await decoder.DecodeAsync(image.Key, held.Draft, held.Held, deadline, cancellationToken);
        if (request.ImageCase == ImageCase.ImageData && IsLost(decoded))
        {
            // The bytes are still at hand: an embedding evicted between the tiers is made once more.
            var found = await library.EncodeAsync(
                caller, image.Source, request.ImageData.Memory, "image_data", cancellationToken);
            if (!found.TryGet(out var again, out var lost))
            {
                return lost;
            }

            image = again;
            decoded = await decoder.DecodeAsync(image.Key, held.Draft, held.Held, deadline, cancellationToken);
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

    /// <summary>Finds or encodes the image, and charges the request's work.</summary>
    private async Task<Outcome<StoredImage>> ResolveAsync(
        Caller caller, SegmentRequest request, AnswerLimit limit, CancellationToken cancellationToken)
    {
        if (!models.Choose(request.Model, caller.Tenant, "model").TryGet(out var route, out var unknown))
        {
            return unknown;
        }

        var violations = new Violations();
        var key = default(ImageKey);
        switch (request.ImageCase)
        {
            case ImageCase.ImageId when ImageId.Sha256Of(request.ImageId) is { } sha256:
                return await FindAsync(caller, request, ImageLibrary.KeysOf(caller.Tenant, route, sha256), cancellationToken);
            case ImageCase.ImageId:
                violations.Add(
                    "image_id", $"{ClientText.Quote(request.ImageId)} is no image id: expected {ImageId.Form}.");
                break;
            case ImageCase.ImageData:
                var hash = Convert.ToHexStringLower(SHA256.HashData(request.ImageData.Span));
                key = ImageKey.Of(caller.Tenant, route.For(hash), hash);
                break;
            default:
                violations.Add("image", "Missing: image_id or image_data is needed.");
                break;
        }

        var model = key?.Model ?? route.Stable;
        var (prompts, output) = Parse(request, model, null, violations);
        return (violations.Any ? violations.ToStatus() : limit.Refuse(prompts, output)) is { } refused
            ? refused
            : await library.ImportAsync(
                caller, key!, request.ImageData.Memory, "image_data", WorkOf(request, model), cancellationToken);
    }

    /// <summary>Finds a stored image, and charges the request's work.</summary>
    private async Task<Outcome<StoredImage>> FindAsync(
        Caller caller, SegmentRequest request, ImageKey[] keys, CancellationToken cancellationToken)
    {
        var found = await library.GetAsync(keys, ImageLibrary.InlineRemedy, cancellationToken);
        return found.TryGet(out var image, out _) && meter.Charge(caller, WorkOf(request, image.Model)) is { } exceeded
            ? exceeded
            : found;
    }

    private static (PromptData[] Prompts, OutputSpec Output) Parse(
        SegmentRequest request, GatewayModel model, EmbeddingInfo? size, Violations violations)
    {
        var output = OutputSpec.Parse(request.Output, "output", model.Prompts, violations);
        if (request.Prompts.Count is < 1 or > PromptLimits.Prompts)
        {
            violations.Add("prompts", $"{request.Prompts.Count} prompts; 1 to {PromptLimits.Prompts} are allowed.");
            return ([], output);
        }

        var parser = new PromptParser(model.Prompts, size, violations);
        return ([.. request.Prompts.Select((prompt, i) => parser.Parse(prompt, $"prompts[{i}]"))], output);
    }

    // Counted before the prompts are checked: more than are allowed are refused, and given back.
    private static Work WorkOf(SegmentRequest request, GatewayModel model) =>
        new(Prompts: request.Prompts.Count, Model: model.Id);

    private static bool IsLost(Outcome<DecodeReply> decoded) =>
        decoded.TryGet(out var reply, out _) && reply.Status == DecodeStatus.ImageNotFound;

    private static RpcStatus LostTwice() => Problem.TryLater(
        StatusCode.Unavailable,
        "EMBEDDING_LOST",
        "The image was encoded twice and its embedding was gone both times: the embedding store is too small or "
            + "failing. The request may be repeated after the delay in RetryInfo.",
        TimeSpan.FromSeconds(1));

    /// <summary>A draft and the bytes that its answer holds.</summary>
    private sealed record HeldDraft(AnswerDraft Draft, AnswerReservation Held);
}
