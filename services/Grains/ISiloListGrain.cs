namespace Segmentation.Grains;

/// <summary>Who answers prompts: the silos that take new work, as the silo that was asked sees them.</summary>
/// <remarks>Every silo answers from its own memory: any integer as key does, and a database is not asked.</remarks>
[Alias("segmentation.silo-list")]
public interface ISiloListGrain : IGrainWithIntegerKey
{
    /// <summary>The silos; none that is joining, draining or dead.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    [Alias("list")]
    Task<SiloAddress[]> ListAsync(CancellationToken cancellationToken);
}
