namespace Segmentation.Projects.Transfers.Work;

/// <summary>A transfer cannot be done.</summary>
/// <param name="message">Sentence for the person who started it: what is wrong, and what to do.</param>
/// <param name="inner">Cause, or null.</param>
internal sealed class TransferFailedException(string message, Exception? inner = null) : Exception(message, inner);
