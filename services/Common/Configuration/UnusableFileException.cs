namespace Segmentation.Common.Configuration;

/// <summary>A file of the operator's that cannot be used. The message names the file and its fault.</summary>
public class UnusableFileException(string message, Exception? innerException = null)
    : Exception(message, innerException);
