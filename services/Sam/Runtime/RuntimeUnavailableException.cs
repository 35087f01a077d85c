namespace Segmentation.Sam.Runtime;

/// <summary>The execution provider asked for cannot be used here. The message says what to install.</summary>
/// <param name="message">The requested provider, what is missing, what to do.</param>
/// <param name="innerException">ONNX Runtime's own complaint.</param>
public sealed class RuntimeUnavailableException(
    string message, Exception? innerException = null) : Exception(message, innerException)
{
}
