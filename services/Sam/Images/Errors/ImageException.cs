namespace Segmentation.Sam.Images.Errors;

/// <summary>Bytes that should be an image are no usable one. The message is meant for the user who sent them.</summary>
/// <param name="error">The reason.</param>
/// <param name="message">One sentence for the user: the fault, and which files are accepted.</param>
/// <param name="innerException">The library's own complaint, for the log.</param>
public sealed class ImageException(
    ImageError error, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The reason.</summary>
    public ImageError Error { get; } = error;
}
