using System.Diagnostics;

namespace Segmentation.Decoder.Telemetry;

/// <summary>The decoder's name in traces and metrics.</summary>
internal static class DecoderTelemetry
{
    public const string Name = "segmentation.decoder";

    public static ActivitySource Source { get; } = new(Name);

    /// <summary>A span that ends now, of the time that work waited for a worker.</summary>
    /// <param name="parent">The trace of the work.</param>
    /// <param name="wait">How long it waited.</param>
    /// <param name="clock">The clock.</param>
    public static void Waited(ActivityContext parent, TimeSpan wait, TimeProvider clock)
    {
        if (Source.HasListeners())
        {
            Source.StartActivity("wait for worker", ActivityKind.Internal, parent, startTime: clock.GetUtcNow() - wait)
                ?.Dispose();
        }
    }
}
