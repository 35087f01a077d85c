namespace Segmentation.Models;

/// <summary>A model's files cannot be used. The message names the file and what to do.</summary>
public sealed class ModelException : Exception
{
    /// <param name="message">What is wrong with which file, and what to do.</param>
    /// <param name="innerException">The cause, for the log.</param>
    public ModelException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
