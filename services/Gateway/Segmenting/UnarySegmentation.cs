using Google.Protobuf.WellKnownTypes;
using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Images;
using Segmentation.Grains;
using Segmentation.Protocol.V1;
using ImageCase = Segmentation.Protocol.V1.SegmentRequest.ImageOneofCase;

namespace Segmentation.Gateway.Segmenting;

/// <summary>One image, its prompts, their masks: the unary call.</summary>
internal sealed class UnarySegmentation(ImageLibrary library, ImageDecoder decoder)
{
    private const string MaskRemedy = "Send the prompt that made it again with output.refinable, or send its logits.";

    /// <summary>Answers a request.</summary>
    /// <param name="tenant">A valid tenant.</param>
    /// <param name="request">The request.</param>
    /// <param name="limit">The largest answer that the caller receives.</param>
    /// <param name="time">The caller's time.</param>
    /// <param name="cancellationToken">The caller left.</param>
    public async Task<Outcome<SegmentResponse>> SegmentAsync(
        string tenant,
        SegmentRequest request,
        AnswerLimit limit,
        CallTime time,
        CancellationToken cancellationToken)
    {
        // What needs no image is checked first, so that a bad request is never charged an encoding.
        var found = await ResolveAsync(tenant, request, limit, cancellationToken);
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

        var decode = new DecodeRequest
        {
            Prompts = prompts,
            MaskCount = output.MaskCount,
            Forms = output.Forms,
            Refinable = output.Refinable ?? true,
            Lane = prompts.Length > PromptLimits.Interactive ? Lane.Batch : Lane.Interactive,
            TimeLeft = time.Left,
        };
        var decoded = await decoder.DecodeAsync(image.Key, decode, cancellationToken);
        if (request.ImageCase == ImageCase.ImageData && IsLost(decoded))
        {
            // The bytes are still at hand: an embedding evicted between the tiers is made once more.
            found = await library.ImportAsync(tenant, request.ImageData.Memory, "image_data", true, cancellationToken);
            if (!found.TryGet(out image, out problem))
            {
                return problem;
            }

            decoded = await decoder.DecodeAsync(image.Key, decode with { TimeLeft = time.Left }, cancellationToken);
            if (IsLost(decoded))
            {
                return LostTwice();
            }
        }

        if (!decoded.TryGet(out var reply, out problem))
        {
            return problem;
        }

        if (reply.Status != DecodeStatus.Ok)
        {
            return ImageDecoder.ProblemOf(reply, image.Id, ImageLibrary.InlineRemedy, MaskRemedy);
        }

        var answer = Answer(image, reply, output);
        return limit.Refuse(answer) is { } tooLarge ? tooLarge : answer;
    }

    private async Task<Outcome<StoredImage>> ResolveAsync(
        string tenant, SegmentRequest request, AnswerLimit limit, CancellationToken cancellationToken)
    {
        var violations = new Violations();
        if (request.ImageCase == ImageCase.None)
        {
            violations.Add("image", "Missing: image_id or image_data is needed.");
        }

        if (request.ImageCase == ImageCase.ImageId)
        {
            if (library.KeyOf(tenant, request.ImageId, "image_id").TryGet(out var key, out _))
            {
                return await library.GetAsync(key, ImageLibrary.InlineRemedy, cancellationToken);
            }

            violations.Add("image_id", $"{ClientText.Quote(request.ImageId)} is no image id: expected {ImageId.Form}.");
        }

        var (prompts, output) = Parse(request, null, violations);
        return (violations.Any ? violations.ToStatus() : limit.Refuse(prompts, output)) is { } refused
            ? refused
            : await library.ImportAsync(tenant, request.ImageData.Memory, "image_data", false, cancellationToken);
    }

    private static (PromptData[] Prompts, Output Output) Parse(
        SegmentRequest request, EmbeddingInfo? size, Violations violations)
    {
        var output = Output.Parse(request.Output, "output", violations);
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

    private static SegmentResponse Answer(StoredImage image, DecodeReply reply, Output output)
    {
        var response = new SegmentResponse
        {
            Image = image.ToMessage(),
            DecodeDuration = Duration.FromTimeSpan(reply.DecodeTime),
        };
        response.Results.Add(reply.Results.Select(masks => MaskMessages.ToResult(masks, output)));
        return response;
    }
}
