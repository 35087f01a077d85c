using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>What a person wants to read in a terminal: our own lines, and the frameworks' warnings.</summary>
public static class LogDefaults
{
    private static readonly (string Category, string Level)[] _levels =
    [
        ("Default", "Information"),
        ("Microsoft", "Warning"),
        ("Orleans", "Warning"),
        ("Grpc", "Warning"),
        ("Polly", "Warning"),

        // A failed start is explained in a sentence by HostRun; this category would add its stack trace.
        ("Microsoft.Extensions.Hosting.Internal.Host", "Critical"),
    ];

    /// <summary>Sets levels below every other source of configuration, so that each can be changed.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="more">Further log categories and their levels.</param>
    public static void AddQuietLogs(
        this WebApplicationBuilder builder, params (string Category, string Level)[] more)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var levels = _levels.Concat(more).Select(
            level => KeyValuePair.Create<string, string?>($"Logging:LogLevel:{level.Category}", level.Level));
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(
            0, new MemoryConfigurationSource { InitialData = levels });
    }
}
