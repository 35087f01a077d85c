namespace Segmentation.Tests.Shared;

/// <summary>A program that was to be started is missing, or ended before it was of use.</summary>
/// <param name="message">The program, what is wrong with it, and what to do.</param>
internal class ProgramException(string message) : Exception(message);
