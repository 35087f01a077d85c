namespace Segmentation.Projects.Runs.Working;

/// <summary>Action after a failed search.</summary>
internal enum SearchVerdict
{
    /// <summary>Wait, and search the same picture again: nothing is wrong with it.</summary>
    Wait,

    /// <summary>The attempt failed: put the picture back, and begin it again later.</summary>
    Again,

    /// <summary>The picture cannot be searched: it has failed.</summary>
    Picture,

    /// <summary>No picture of the run can be searched: the run has failed.</summary>
    Run,
}
