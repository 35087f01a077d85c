namespace Segmentation.Decoder.Hosting;

/// <summary>A silo's addresses and its end: section <c>Segmentation:Silo</c>.</summary>
internal sealed class SiloOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Silo";

    /// <summary>Default of <see cref="HttpPort"/>.</summary>
    public const int DefaultHttpPort = 7101;

    /// <summary>
    /// IP address under which gateways and other silos reach this one, which listens on all interfaces. Empty: the
    /// first address of this machine that is not loopback.
    /// </summary>
    public string AdvertisedAddress { get; set; } = "";

    /// <summary>Port for other silos. Default 11111.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>Port for gateways. Default 30000.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>
    /// Port of <c>/healthz</c> and <c>/readyz</c>, a word each, HTTP/1.1, all interfaces. Metrics and details are on the
    /// operators' port.
    /// </summary>
    public int HttpPort { get; set; } = DefaultHttpPort;

    /// <summary>Longest drain. Calls that still run afterwards are cancelled. Default 25 s.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(25);
}
