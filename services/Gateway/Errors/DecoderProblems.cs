using Segmentation.Grains;

namespace Segmentation.Gateway.Errors;

/// <summary>Makes the statuses of silos that did not decode.</summary>
internal static class DecoderProblems
{
    /// <summary>A silo that ended is replaced, or its work moved, within this time.</summary>
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(1);

    /// <summary>UNAVAILABLE: no silo answered.</summary>
    public static RpcStatus OutOfReach() => Problem.TryLater(
        StatusCode.Unavailable,
        "DECODER_UNAVAILABLE",
        "No decoder answered. The request may be repeated after the delay in RetryInfo.",
        _retryAfter);

    /// <summary>UNAVAILABLE: silos answered, and none of them serves the model of an image.</summary>
    public static RpcStatus ModelNotServed() => Problem.TryLater(
        StatusCode.Unavailable,
        "DECODER_UNAVAILABLE",
        "No decoder in reach serves the image's model. Try again after the delay in RetryInfo, or take another model.",
        _retryAfter);

    /// <summary>RESOURCE_EXHAUSTED: a silo has no memory for the request, or no time before its deadline.</summary>
    public static RpcStatus Overloaded(TimeSpan retryAfter) => Problem.TryLater(
        StatusCode.ResourceExhausted,
        "DECODER_OVERLOADED",
        "The decoder has too much to do to answer in time. Try again after the delay in RetryInfo.",
        retryAfter);

    /// <summary>The status of a reply without masks.</summary>
    /// <param name="reply">A reply whose status is not Ok.</param>
    /// <param name="imageId">The image, for NOT_FOUND.</param>
    /// <param name="imageRemedy">Advice for an image that is not stored, as a sentence.</param>
    /// <param name="maskRemedy">Advice for a mask that is not stored, as a sentence.</param>
    public static RpcStatus Of(DecodeReply reply, string imageId, string imageRemedy, string maskRemedy) =>
        reply.Status switch
        {
            DecodeStatus.ImageNotFound => Problem.ImageNotFound(imageId, imageRemedy),
            DecodeStatus.MaskNotFound => Problem.MaskNotFound(reply.MissingMaskId ?? "", maskRemedy),
            DecodeStatus.Overloaded => Overloaded(reply.RetryAfter),
            DecodeStatus.Expired => Problem.Of(
                StatusCode.DeadlineExceeded, "EXPIRED", "The deadline passed before decoding began."),
            DecodeStatus.PromptRefused => Problem.Invalid("prompts", reply.Message ?? ""),
            _ => throw new InvalidOperationException($"{reply.Status} is not a problem."),
        };
}
