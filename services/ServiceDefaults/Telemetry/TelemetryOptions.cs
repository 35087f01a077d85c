namespace Segmentation.ServiceDefaults.Telemetry;

/// <summary>Metrics and traces of a host: section <c>Segmentation:Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Telemetry";

    /// <summary>Answers Prometheus' scrapes at <c>/metrics</c> on the operators' port. Default: true.</summary>
    public bool Prometheus { get; set; } = true;
}
