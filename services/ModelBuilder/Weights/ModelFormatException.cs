namespace Segmentation.ModelBuilder.Weights;

/// <summary>A published model is not laid out as expected. The message names what is missing.</summary>
internal sealed class ModelFormatException(string message, Exception? innerException = null)
    : Exception(message, innerException);
