using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Segmentation.Common.Configuration;
using Segmentation.ServiceDefaults.Logging;

namespace Segmentation.ServiceDefaults.Hosting;

/// <summary>Sets log levels: our own lines and the frameworks' warnings, a line an event.</summary>
public static class LogDefaults
{
    private const string Section = "Segmentation:Logging";
    private const string FormatKey = "Format";

    /// <summary>Categories of log lines with the least level that is written.</summary>
    internal static IReadOnlyList<(string Category, string Level)> Levels { get; } =
    [
        ("Default", "Information"),
        ("Microsoft", "Warning"),
        ("Orleans", "Warning"),
        ("Grpc", "Warning"),
        ("Polly", "Warning"),

        // A stranger's bytes make warnings of it, each with a stack: a header of HTTP/2 with the index 0, a body that
        // ends early on a connection that would be kept.
        ("Microsoft.AspNetCore.Server.Kestrel", "Error"),

        // This one is of single connections only; a client that resets streams fast enough makes it critical.
        ("Microsoft.AspNetCore.Server.Kestrel.Http2", "None"),

        // Probes repeat every few seconds what our own lines say once.
        ("Microsoft.Extensions.Diagnostics.HealthChecks", "Critical"),

        // A failed start is explained in a sentence by HostRun; this category would add its stack trace.
        ("Microsoft.Extensions.Hosting.Internal.Host", "Critical"),
    ];

    /// <summary>
    /// Sets levels and the form of lines below every other source of configuration, so that each can be changed.
    /// <c>Segmentation:Logging:Format</c> is <see cref="LogFormat.Text"/> (the default) or <see
    /// cref="LogFormat.Json"/>.
    /// </summary>
    /// <param name="builder">The host.</param>
    /// <param name="more">Further log categories and their levels.</param>
    /// <exception cref="OptionsValidationException">The format is neither.</exception>
    public static void AddQuietLogs(
        this WebApplicationBuilder builder, params (string Category, string Level)[] more)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var formatter = FormatOf(builder.Configuration[$"{Section}:{FormatKey}"]) == LogFormat.Json
            ? JsonFormatter.FormatterName
            : TextFormatter.FormatterName;
        var settings = Levels.Concat(more)
            .Select(level => KeyValuePair.Create<string, string?>($"Logging:LogLevel:{level.Category}", level.Level))
            .Append(new("Logging:Console:FormatterName", formatter));
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(
            0, new MemoryConfigurationSource { InitialData = settings });
        builder.Logging.AddConsoleFormatter<TextFormatter, ConsoleFormatterOptions>();
        builder.Logging.AddConsoleFormatter<JsonFormatter, ConsoleFormatterOptions>();
        builder.Services.Replace(ServiceDescriptor.Singleton<ILoggerFactory>(provider =>
            new LoweredLoggerFactory(ActivatorUtilities.CreateInstance<LoggerFactory>(provider))));
    }

    private static LogFormat FormatOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return LogFormat.Text;
        }

        var isKnown = Enum.TryParse<LogFormat>(text, ignoreCase: true, out var format) && Enum.IsDefined(format);
        var check = new OptionChecks(Section).Require(isKnown, FormatKey, text, "must be Text or Json").Result;
        return isKnown ? format : throw new OptionsValidationException(Section, typeof(LogFormat), check.Failures!);
    }
}
