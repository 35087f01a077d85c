using System.Diagnostics;

namespace Segmentation.Encoder.Telemetry;

/// <summary>The encoder's name in traces and metrics.</summary>
internal static class EncoderTelemetry
{
    public const string Name = "segmentation.encoder";

    public static ActivitySource Source { get; } = new(Name);

    /// <summary>A span that ends now, of the time that an image waited to be read.</summary>
    /// <param name="parent">The trace of the image.</param>
    /// <param name="wait">How long it waited.</param>
    /// <param name="clock">The clock.</param>
    public static void Waited(ActivityContext parent, TimeSpan wait, TimeProvider clock)
    {
        if (Source.HasListeners())
        {
            Source.StartActivity("wait to be read", ActivityKind.Internal, parent, startTime: clock.GetUtcNow() - wait)
                ?.Dispose();
        }
    }
}
