namespace Segmentation.Gateway.Quotas;

/// <summary>
/// Work that a tenant may have done, and what each kind of work counts: section <c>Segmentation:Quotas</c>. One unit is one
/// prompt on an image that is held.
/// </summary>
internal sealed class QuotaOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Quotas";

    /// <summary>
    /// Units of work a second of a tenant, over all gateways. Default 0: without a limit. API keys may have their own.
    /// </summary>
    public double UnitsPerSecond { get; set; }

    /// <summary>Units of work at once after a pause. Default 0: ten seconds of the rate.</summary>
    public double Burst { get; set; }

    /// <summary>Units of an image that is encoded. Default 40.</summary>
    public double ImageUnits { get; set; } = 40;

    /// <summary>Units of a prompt. Default 1.</summary>
    public double PromptUnits { get; set; } = 1;

    /// <summary>Units of a grid point of a search for everything. Default 0.6.</summary>
    public double PointUnits { get; set; } = 0.6;

    /// <summary>Units of a crop that a search encodes. Default 40.</summary>
    public double CropUnits { get; set; } = 40;

    /// <summary>Units of a call that reads a project. Default 0.02.</summary>
    public double ProjectReadUnits { get; set; } = 0.02;

    /// <summary>Units of a call that changes a project. Default 0.1.</summary>
    public double ProjectChangeUnits { get; set; } = 0.1;

    /// <summary>Units of a megabyte (2^20 bytes) that is sent to a project. Default 0.1.</summary>
    public double ProjectMegabyteUnits { get; set; } = 0.1;

    /// <summary>Live sessions of one tenant at a gateway. Default 0: without a limit.</summary>
    public int MaxSessions { get; set; }

    /// <summary>
    /// Bytes of requests and answers of one tenant at a gateway. Default 0: its share of what is free.
    /// </summary>
    public long MaxBytesInFlight { get; set; }

    /// <summary>
    /// Gateways among which a tenant's quota is shared while Redis is away. Default 0: as many as lately took units.
    /// </summary>
    public int Gateways { get; set; }
}
