using Microsoft.Extensions.Configuration.Memory;

namespace Segmentation.Standalone;

/// <summary>What a person wants to read in a terminal: our own lines, and the frameworks' warnings.</summary>
internal static class LogDefaults
{
    private static readonly KeyValuePair<string, string?>[] _levels =
    [
        new("Logging:LogLevel:Default", "Information"),
        new("Logging:LogLevel:Microsoft", "Warning"),
        new("Logging:LogLevel:Orleans", "Warning"),
        new("Logging:LogLevel:Grpc", "Warning"),
        new("Logging:LogLevel:Polly", "Warning"),

        // A cluster of one has nobody to suspect it: that it would like the server's garbage collector, or was slow
        // while the encoder took all cores, is no news.
        new("Logging:LogLevel:Orleans.Runtime.Silo", "Error"),
        new("Logging:LogLevel:Orleans.Runtime.Watchdog", "Error"),

        // A failed start is explained in a sentence by StartupFailures; this category would add its stack trace.
        new("Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host", "Critical"),
    ];

    /// <summary>Sets levels below every other source of configuration, so that each can be changed.</summary>
    public static void AddQuietLogs(this WebApplicationBuilder builder) =>
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(
            0, new MemoryConfigurationSource { InitialData = _levels });
}
