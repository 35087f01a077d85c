using System.Diagnostics;

namespace Segmentation.Decoder;

/// <summary>The decoder's name in traces and metrics.</summary>
internal static class DecoderTelemetry
{
    public const string Name = "segmentation.decoder";

    public static ActivitySource Source { get; } = new(Name);
}
