namespace Segmentation.Grains;

/// <summary>A silo about itself.</summary>
/// <remarks>
/// Answered by the silo through which the call enters the cluster, from its own memory: any integer as key does, and no
/// database is asked.
/// </remarks>
[Alias("segmentation.silo")]
public interface ISiloGrain : IGrainWithIntegerKey
{
    /// <summary>Description of the silo, and whether it wants work.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("describe")]
    Task<SiloDescription> DescribeAsync(CancellationToken cancellationToken);
}
