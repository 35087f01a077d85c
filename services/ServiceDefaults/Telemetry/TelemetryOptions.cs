namespace Segmentation.ServiceDefaults.Telemetry;

/// <summary>What a host tells about itself: section <c>Segmentation:Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Telemetry";

    /// <summary>Whether <c>/metrics</c> on the HTTP port answers Prometheus' scrapes. Default: it does.</summary>
    public bool Prometheus { get; set; } = true;
}
