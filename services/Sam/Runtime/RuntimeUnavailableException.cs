namespace Segmentation.Sam.Runtime;

/// <summary>The execution provider asked for cannot be used here. The message says what to install.</summary>
public sealed class RuntimeUnavailableException : Exception
{
    /// <param name="message">What was asked for, what is missing, what to do.</param>
    /// <param name="innerException">ONNX Runtime's own complaint.</param>
    public RuntimeUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
