namespace Segmentation.Gateway.Errors;

/// <summary>A message could not be read from, or written to, a caller who is gone.</summary>
internal sealed class CallerLeftException(Exception innerException)
    : Exception("The caller is gone.", innerException);
