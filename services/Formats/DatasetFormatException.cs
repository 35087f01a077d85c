namespace Segmentation.Formats;

/// <summary>A dataset cannot be read at all. The message says which file, where, and what to do.</summary>
/// <param name="message">Sentence for the person who brought the dataset.</param>
/// <param name="inner">Cause, or null.</param>
public sealed class DatasetFormatException(string message, Exception? inner = null) : Exception(message, inner);
