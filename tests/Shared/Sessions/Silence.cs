namespace Segmentation.Tests.Shared;

/// <summary>A wait for an answer.</summary>
/// <param name="Begin">Timestamp of the prompt.</param>
/// <param name="Length">Time until its answer.</param>
internal readonly record struct Silence(long Begin, TimeSpan Length);
