namespace Segmentation.LoadTests.Planning;

/// <summary>Machines of each kind.</summary>
internal sealed record Machines
{
    /// <summary>Gateways, each with <see cref="GatewayCores"/>.</summary>
    public required int Gateways { get; init; }

    /// <summary>Encoders: on CPUs one core each, on GPUs a GPU each.</summary>
    public required int Encoders { get; init; }

    /// <summary>Silos, each with <see cref="SiloWorkers"/>.</summary>
    public required int Silos { get; init; }

    /// <summary>Redis servers of embeddings, each with one core.</summary>
    public required int Redis { get; init; }

    /// <summary>Cores of a gateway.</summary>
    public int GatewayCores { get; init; } = 4;

    /// <summary>Decode workers of a silo, a core each.</summary>
    public int SiloWorkers { get; init; } = 4;

    /// <summary>Bytes of prepared images of a silo.</summary>
    public double HotBytes { get; init; } = 12e9;

    /// <summary>Bits a second of a machine's network.</summary>
    public double NetworkBits { get; init; } = 10e9;
}
