namespace Segmentation.Projects.Runs.Working;

/// <summary>Standing of a claim.</summary>
internal enum ClaimStanding
{
    /// <summary>The claim lasts, and the run is at work.</summary>
    Held,

    /// <summary>The run was paused, cancelled or has failed.</summary>
    RunStopped,

    /// <summary>The claim ended, and the picture is waiting or is another worker's.</summary>
    Lost,
}
