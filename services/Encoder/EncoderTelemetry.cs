using System.Diagnostics;

namespace Segmentation.Encoder;

/// <summary>The encoder's name in traces and metrics.</summary>
internal static class EncoderTelemetry
{
    public const string Name = "segmentation.encoder";

    public static ActivitySource Source { get; } = new(Name);
}
