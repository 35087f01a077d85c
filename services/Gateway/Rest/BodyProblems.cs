using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Responses;

namespace Segmentation.Gateway.Rest;

/// <summary>Refusals of bodies that do not arrive as HTTP has them.</summary>
internal static class BodyProblems
{
    /// <summary>The client's mistake that made a read of the body fail; null: it was another failure.</summary>
    /// <param name="exception">The failure of the read.</param>
    /// <param name="remedy">Advice for a body that is too large, as a sentence.</param>
    public static RpcStatus? Of(Exception exception, string remedy) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } large => TooLarge(large.Message, remedy),
        BadHttpRequestException bad => Problem.Invalid("body", ClientText.Clean(bad.Message)),
        IOException broken when ChunkSizes.AreWrong(broken) => Problem.Invalid("body", ChunkSizes.Refusal),
        _ => null,
    };

    /// <summary>A body over its limit.</summary>
    /// <param name="what">Size and limit, as a sentence.</param>
    /// <param name="remedy">Advice, as a sentence.</param>
    public static RpcStatus TooLarge(string what, string remedy) =>
        Problem.Invalid("body", $"{what} {remedy}", HttpErrorReasons.BodyTooLarge);
}
