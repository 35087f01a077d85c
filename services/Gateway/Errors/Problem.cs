using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Segmentation.ServiceDefaults.Errors;

namespace Segmentation.Gateway.Errors;

/// <summary>
/// Makes all statuses. Every status carries an ErrorInfo (domain <c>segmentation</c>, a reason for programs) and the
/// details that tell the caller what to do.
/// </summary>
internal static class Problem
{
    /// <summary>Domain of every ErrorInfo.</summary>
    public const string Domain = ErrorStatus.Domain;

    /// <summary>A status with a reason and details.</summary>
    /// <param name="code">The gRPC code.</param>
    /// <param name="reason">Upper snake case, for programs.</param>
    /// <param name="message">The mistake, its place and the remedy, as sentences.</param>
    /// <param name="details">Further details besides the ErrorInfo.</param>
    public static RpcStatus Of(StatusCode code, string reason, string message, params IEnumerable<IMessage> details) =>
        ErrorStatus.Of(code, reason, message, details);

    /// <summary>INVALID_ARGUMENT for one field.</summary>
    public static RpcStatus Invalid(string field, string description, string reason = "INVALID_FIELD") =>
        new Violations { { field, description } }.ToStatus(reason);

    /// <summary>INVALID_ARGUMENT for bytes that are not the protobuf message that a method expects.</summary>
    /// <param name="message">The message's name, for example <c>SegmentRequest</c>.</param>
    public static RpcStatus NotAMessage(string message) => Invalid(
        "message",
        $"The bytes are no {message}: they are cut, damaged, or of another message. Send them as generated code writes "
            + "them.",
        "INVALID_MESSAGE");

    /// <summary>RESOURCE_EXHAUSTED or UNAVAILABLE with the time after which trying again makes sense.</summary>
    public static RpcStatus TryLater(
        StatusCode code, string reason, string message, TimeSpan retryAfter, params IEnumerable<IMessage> details) =>
        Of(code, reason, message, [new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) }, .. details]);

    /// <summary>The reason, for programs; null in a status without one.</summary>
    public static string? ReasonOf(RpcStatus status) => status.GetDetail<ErrorInfo>()?.Reason;

    /// <summary>The delay in RetryInfo; null without one.</summary>
    public static TimeSpan? RetryAfter(RpcStatus status) => status.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan();

    /// <summary>NOT_FOUND for an image without a stored embedding.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="remedy">Advice for the caller, as a sentence.</param>
    public static RpcStatus ImageNotFound(string imageId, string remedy) => Of(
        StatusCode.NotFound,
        "IMAGE_NOT_FOUND",
        $"Image {imageId} is not held: it was never uploaded by this tenant, was deleted, or has expired. {remedy}",
        new ResourceInfo { ResourceType = "segmentation.v1.Image", ResourceName = imageId, Description = remedy });

    /// <summary>NOT_FOUND for an image that has an embedding by another model than a request's.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="model">The request's model.</param>
    /// <param name="others">Models by which the image has an embedding.</param>
    /// <param name="remedy">Advice for the caller, as a sentence.</param>
    public static RpcStatus ImageOfOtherModel(
        string imageId, string model, IEnumerable<string> others, string remedy) => Of(
        StatusCode.NotFound,
        "IMAGE_NOT_FOUND",
        $"Image {imageId} is held for model {string.Join(", ", others)} and not for model {model}: an embedding serves "
            + $"its own model only. Send the image again with model {model}. {remedy}",
        new ResourceInfo { ResourceType = "segmentation.v1.Image", ResourceName = imageId, Description = remedy });

    /// <summary>NOT_FOUND for a mask that a prompt names.</summary>
    /// <param name="maskId">The mask.</param>
    /// <param name="remedy">Advice for the caller, as a sentence.</param>
    public static RpcStatus MaskNotFound(string maskId, string remedy) => Of(
        StatusCode.NotFound,
        "MASK_NOT_FOUND",
        $"Mask {maskId} is not held: it is of another image, was not made refinable, or has expired. {remedy}",
        new ResourceInfo { ResourceType = "segmentation.v1.Mask", ResourceName = maskId, Description = remedy });

    /// <summary>INTERNAL for a bug; its number leads to the line in the log.</summary>
    public static RpcStatus Internal(string correlationId)
    {
        var status = Of(
            StatusCode.Internal,
            "INTERNAL",
            $"Something went wrong here, not in the request. The server's log has it under {correlationId}.",
            new RequestInfo { RequestId = correlationId });
        return status;
    }
}
