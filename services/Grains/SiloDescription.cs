namespace Segmentation.Grains;

/// <summary>Description of a silo for gateways.</summary>
[GenerateSerializer, Immutable, Alias("segmentation.silo-description")]
public sealed record SiloDescription
{
    /// <summary>Its name in the cluster.</summary>
    [Id(0)]
    public required SiloAddress Address { get; init; }

    /// <summary>Prompts it decodes at once: its share of the images.</summary>
    [Id(1)]
    public required int Workers { get; init; }

    /// <summary>It is about to end: it still answers, and new prompts should go elsewhere.</summary>
    [Id(2)]
    public bool IsDraining { get; init; }

    /// <summary>
    /// Its process, native memory included, is close to the memory it may use: images should go elsewhere.
    /// </summary>
    [Id(3)]
    public bool IsShortOfMemory { get; init; }
}
