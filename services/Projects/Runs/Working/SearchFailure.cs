namespace Segmentation.Projects.Runs.Working;

/// <summary>Consequence of a failed search for the picture and its run.</summary>
/// <param name="Verdict">The action.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="Delay">Time to wait before the next try; zero where there is none.</param>
internal sealed record SearchFailure(SearchVerdict Verdict, string Reason, TimeSpan Delay = default);
