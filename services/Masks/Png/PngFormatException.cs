namespace Segmentation.Masks.Png;

/// <summary>A PNG file cannot be read. The message says why and begins in small letters: "it ends too early".</summary>
/// <param name="message">Reason.</param>
/// <param name="inner">Cause, or null.</param>
public sealed class PngFormatException(string message, Exception? inner = null) : FormatException(message, inner);
