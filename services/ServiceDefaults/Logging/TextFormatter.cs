using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Segmentation.ServiceDefaults.Logging;

/// <summary>
/// Log lines for people: time, level, where, what, and within a trace its id and the span's, so that a line and a trace
/// are found from each other. A stack trace stands below its line.
/// </summary>
/// <remarks>
/// <code>14:27:02.123 warn: Segmentation.Gateway.Encoding.GrpcImageEncoder[1] Attempt 1 to encode ... [4bf92f35...
/// 00f067aa...]</code>
/// </remarks>
internal sealed class TextFormatter() : ConsoleFormatter(FormatterName)
{
    /// <summary>Name in the console logger's options.</summary>
    public const string FormatterName = "segmentation-text";

    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var time = TimeProvider.System.GetUtcNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        textWriter.Write($"{time} {Short(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] ");
        textWriter.Write(logEntry.Formatter(logEntry.State, logEntry.Exception));
        if (Activity.Current is { } span)
        {
            textWriter.Write($" [{span.TraceId} {span.SpanId}]");
        }

        textWriter.WriteLine();
        if (logEntry.Exception is { } exception)
        {
            textWriter.WriteLine(exception);
        }
    }

    // The names that .NET's own console has.
    private static string Short(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
