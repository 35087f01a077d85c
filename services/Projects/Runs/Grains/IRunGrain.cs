namespace Segmentation.Projects.Runs.Grains;

/// <summary>
/// Coordinator of a run, whose number is the key. Keeps nothing that the database does not have: a second activation,
/// or none for a while, changes no result.
/// </summary>
[Alias("segmentation.projects.run")]
internal interface IRunGrain : IGrainWithIntegerKey
{
    /// <summary>Looks at the run's state and acts on it: goes on with the run, or has its searches ended.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("look")]
    Task LookAsync(CancellationToken cancellationToken);
}
