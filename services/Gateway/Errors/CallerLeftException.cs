namespace Segmentation.Gateway.Errors;

/// <summary>Thrown when a message cannot be read from, or written to, a caller who has left.</summary>
internal sealed class CallerLeftException(Exception innerException)
    : Exception("The caller is gone.", innerException);
