namespace Segmentation.Models;

/// <summary>A model's files cannot be used. The message names the file and what to do.</summary>
/// <param name="message">What is wrong with which file, and what to do.</param>
/// <param name="innerException">The cause, for the log.</param>
public sealed class ModelException(
    string message, Exception? innerException = null) : Exception(message, innerException)
{
}
