namespace Segmentation.Evaluation.Data;

/// <summary>The data cannot be evaluated. The message says where, and what to do.</summary>
/// <param name="message">Sentence for the person who brought the data.</param>
/// <param name="inner">Cause, or null.</param>
public sealed class EvaluationDataException(string message, Exception? inner = null) : Exception(message, inner);
