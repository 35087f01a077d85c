namespace Segmentation.Projects.Runs.Working;

/// <summary>What a failed search means for the picture and its run.</summary>
/// <param name="Verdict">What to do.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="Delay">Time to wait before the next try; zero where there is none.</param>
internal sealed record SearchFailure(SearchVerdict Verdict, string Reason, TimeSpan Delay = default);
