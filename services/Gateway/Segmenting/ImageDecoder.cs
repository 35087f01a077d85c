using Segmentation.Embeddings;
using Segmentation.Gateway.Errors;
using Segmentation.Grains;

namespace Segmentation.Gateway.Segmenting;

/// <summary>Sends prompts to the grain of their image.</summary>
internal sealed class ImageDecoder(IGrainFactory grains)
{
    private static readonly TimeSpan SiloReturns = TimeSpan.FromSeconds(1);

    /// <summary>Decodes prompts. A problem is a silo out of reach; everything else is in the reply.</summary>
    public async Task<Outcome<DecodeReply>> DecodeAsync(
        EmbeddingKey key, DecodeRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await grains.GetGrain<IImageGrain>(key.ToString()).DecodeAsync(request, cancellationToken);
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            return Problem.TryLater(
                StatusCode.Unavailable,
                "DECODER_UNAVAILABLE",
                "No decoder answered. The request may be repeated after the delay in RetryInfo.",
                SiloReturns);
        }
    }

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
            DecodeStatus.Overloaded => Problem.TryLater(
                StatusCode.ResourceExhausted,
                "DECODER_OVERLOADED",
                "The decoder's queue is full. Try again after the delay in RetryInfo.",
                reply.RetryAfter),
            DecodeStatus.Expired => Problem.Of(
                StatusCode.DeadlineExceeded, "EXPIRED", "The deadline passed before decoding began."),
            _ => throw new InvalidOperationException($"{reply.Status} is not a problem."),
        };
}
