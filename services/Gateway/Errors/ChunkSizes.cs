namespace Segmentation.Gateway.Errors;

/// <summary>
/// Sizes in chunked bodies (RFC 9112, section 7.1). The server reports one that no number holds as an error of the
/// connection, unlike everything else that is wrong with a request.
/// </summary>
internal static class ChunkSizes
{
    /// <summary>The refusal, as a sentence.</summary>
    public const string Refusal = "The size of a chunk is larger than any body may be. Send the body as HTTP libraries do.";

    /// <summary>Tells that reading a body failed for the size of a chunk.</summary>
    public static bool AreWrong(IOException exception) => exception.InnerException is OverflowException;
}
