namespace Segmentation.Sam.Images.Errors;

/// <summary>Bytes that should be an image are no usable one. The message is meant for the user who sent them.</summary>
/// <param name="error">What is wrong.</param>
/// <param name="message">One sentence for the user: what was found and what would be accepted.</param>
/// <param name="innerException">The library's own complaint, for the log.</param>
public sealed class ImageException(
    ImageError error, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>What is wrong.</summary>
    public ImageError Error { get; } = error;
}
