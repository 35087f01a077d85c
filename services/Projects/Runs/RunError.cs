namespace Segmentation.Projects.Runs;

/// <summary>A picture of a run that failed.</summary>
/// <param name="Picture">Id of the picture.</param>
/// <param name="Name">Name of the picture.</param>
/// <param name="Reason">Why it failed.</param>
internal sealed record RunError(long Picture, string Name, string Reason);
