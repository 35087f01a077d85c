namespace Segmentation.Projects.Runs.Grains;

/// <summary>
/// One of a tenant's places for work on runs: does picture after picture of any of its runs. The key is the tenant and
/// the place's number from 0. There are as many places as pictures may be searched at once for a tenant.
/// </summary>
[Alias("segmentation.projects.run-slot")]
internal interface IRunSlotGrain : IGrainWithStringKey
{
    /// <summary>Begins work, unless it is under way.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("work")]
    Task WorkAsync(CancellationToken cancellationToken);

    /// <summary>Ends the search of a run's picture, if there is one here, and puts the picture back.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("stop")]
    Task StopAsync(long run, CancellationToken cancellationToken);
}
