using Segmentation.Gateway.Errors;

namespace Segmentation.Gateway.Receiving;

/// <summary>The reason why a request is refused before it is parsed.</summary>
/// <param name="Field">
/// Path of the field, for example <c>prompts</c>; null when the bytes are no message at all.
/// </param>
/// <param name="Why">A sentence for the caller.</param>
internal sealed record ScanRefusal(string? Field, string Why)
{
    /// <summary>INVALID_ARGUMENT with the reason.</summary>
    /// <param name="message">The message's name, for example <c>SegmentRequest</c>.</param>
    public RpcStatus ToProblem(string message) =>
        Field is null ? Problem.NotAMessage(message) : Problem.Invalid(Field, Why, "REQUEST_TOO_LARGE");
}
