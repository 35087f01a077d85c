namespace Segmentation.Projects.Runs.Working;

/// <summary>A worker's claim on a picture of a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Picture">The picture.</param>
/// <param name="Owner">The worker.</param>
/// <param name="Attempt">Number of the attempt, from 1.</param>
internal sealed record RunClaim(long Run, long Picture, string Owner, int Attempt);
