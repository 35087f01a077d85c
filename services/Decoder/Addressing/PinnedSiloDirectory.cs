using Orleans.GrainDirectory;
using Segmentation.Grains;

namespace Segmentation.Decoder.Addressing;

/// <summary>
/// Finds image grains without keeping where they are: a key that names a silo is there, any other is placed anew. Two
/// activations of one image give the same answers, so nothing needs to agree on a single one, and no lookup can hang
/// on the part of a directory that was on a silo just killed.
/// </summary>
internal sealed class PinnedSiloDirectory : IGrainDirectory
{
    /// <summary>Its name for grain classes.</summary>
    public const string Name = "named-silos";

    /// <summary>The silo in the key; null leaves it to the placement, which takes the least loaded silo.</summary>
    public Task<GrainAddress?> Lookup(GrainId grainId) =>
        Task.FromResult(ImageAddress.SiloOf(grainId.Key.ToString()!) is { } silo
            ? new GrainAddress { GrainId = grainId, SiloAddress = silo }
            : null);

    /// <summary>Every activation is as good as any other.</summary>
    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

    public Task Unregister(GrainAddress address) => Task.CompletedTask;

    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
}
