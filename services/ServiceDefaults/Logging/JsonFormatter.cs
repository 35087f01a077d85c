using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Segmentation.ServiceDefaults.Logging;

/// <summary>
/// Log lines for machines, a JSON object each: <c>time</c>, <c>level</c>, <c>category</c>, <c>event_id</c>,
/// <c>message</c>; within a trace <c>trace_id</c> and <c>span_id</c>, named as OpenTelemetry names them in logs that
/// are not OTLP; <c>fields</c> with the message's values; <c>exception</c> with its stack trace.
/// </summary>
internal sealed class JsonFormatter() : ConsoleFormatter(FormatterName)
{
    /// <summary>Name in the console logger's options.</summary>
    public const string FormatterName = "segmentation-json";

    private const string Template = "{OriginalFormat}";

    // Nobody puts these lines into a web page: quotes and letters stay readable. Control characters are escaped.
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override void Write<TState>(
        in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line, _options))
        {
            json.WriteStartObject();
            json.WriteString("time", TimeProvider.System.GetUtcNow());
            json.WriteString("level", logEntry.LogLevel.ToString());
            json.WriteString("category", logEntry.Category);
            json.WriteNumber("event_id", logEntry.EventId.Id);
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            if (Activity.Current is { } span)
            {
                json.WriteString("trace_id", span.TraceId.ToHexString());
                json.WriteString("span_id", span.SpanId.ToHexString());
            }

            WriteFields(json, logEntry.State);
            if (logEntry.Exception is { } exception)
            {
                json.WriteString("exception", exception.ToString());
            }

            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(line.WrittenSpan));
    }

    private static void WriteFields(Utf8JsonWriter json, object? state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> fields || fields.All(f => f.Key == Template))
        {
            return;
        }

        json.WriteStartObject("fields");
        foreach (var (name, value) in fields)
        {
            if (name != Template)
            {
                json.WritePropertyName(name);
                WriteValue(json, value);
            }
        }

        json.WriteEndObject();
    }

    // Numbers stay numbers, so that a log store can compare them; everything else is text.
    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case int or long or uint or short or byte:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }
}
