using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Segmentation.ServiceDefaults.Logging;

namespace Segmentation.ServiceDefaults.Tests.Logging;

public sealed class FormatterTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public void Json_AMessageWithinASpan_IsOneLineWithItsValuesAndTheTrace()
    {
        using var span = Span();

        var text = Write(new JsonFormatter(), LogLevel.Warning, "two\nlines", null, ("Attempt", 3), ("Reason", "a \"b\""));

        Assert.Equal(1, text.Count(c => c == '\n'));
        using var line = JsonDocument.Parse(text);
        var root = line.RootElement;
        Assert.Equal("two\nlines", root.GetProperty("message").GetString());
        Assert.Equal("Warning", root.GetProperty("level").GetString());
        Assert.Equal("Some.Category", root.GetProperty("category").GetString());
        Assert.Equal(7, root.GetProperty("event_id").GetInt32());
        Assert.Equal(Trace, root.GetProperty("trace_id").GetString());
        Assert.Equal(span.SpanId.ToHexString(), root.GetProperty("span_id").GetString());
        Assert.Equal(3, root.GetProperty("fields").GetProperty("Attempt").GetInt32());
        Assert.Equal("a \"b\"", root.GetProperty("fields").GetProperty("Reason").GetString());
        Assert.False(root.GetProperty("fields").TryGetProperty("{OriginalFormat}", out _));
        Assert.True(root.GetProperty("time").GetDateTimeOffset() > DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public void Json_AnException_IsOneLineToo()
    {
        var text = Write(new JsonFormatter(), LogLevel.Error, "failed", new InvalidOperationException("first\nsecond"));

        Assert.Equal(1, text.Count(c => c == '\n'));
        using var line = JsonDocument.Parse(text);
        Assert.Contains("first\nsecond", line.RootElement.GetProperty("exception").GetString(), StringComparison.Ordinal);
        Assert.False(line.RootElement.TryGetProperty("trace_id", out _));
        Assert.False(line.RootElement.TryGetProperty("fields", out _));
    }

    [Theory]
    [InlineData(true, "true")]
    [InlineData(null, "null")]
    [InlineData(0.5, "0.5")]
    [InlineData(double.NaN, "\"NaN\"")]
    [InlineData(5L, "5")]
    [InlineData('c', "\"c\"")]
    public void Json_AValue_KeepsItsKind(object? value, string expected)
    {
        var text = Write(new JsonFormatter(), LogLevel.Information, "message", null, ("Value", value));

        using var line = JsonDocument.Parse(text);
        Assert.Equal(expected, line.RootElement.GetProperty("fields").GetProperty("Value").GetRawText());
    }

    [Fact]
    public void Text_AMessageWithinASpan_IsOneLineThatEndsInTheTrace()
    {
        using var span = Span();

        var text = Write(new TextFormatter(), LogLevel.Warning, "message", null);

        Assert.Matches(
            $@"^\d\d:\d\d:\d\d\.\d{{3}} warn: Some\.Category\[7\] message \[{Trace} {span.SpanId}\]\r?\n\z", text);
    }

    [Fact]
    public void Text_AnException_StandsBelow()
    {
        var text = Write(new TextFormatter(), LogLevel.Critical, "failed", new InvalidOperationException("why"));

        var lines = text.TrimEnd().Split('\n');
        Assert.Contains("crit: Some.Category[7] failed", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("why", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("System.InvalidOperationException: why", lines[1], StringComparison.Ordinal);
    }

    private static Activity Span() => new Activity("test")
        .SetParentId(ActivityTraceId.CreateFromString(Trace), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded)
        .Start();

    private static string Write(
        ConsoleFormatter formatter,
        LogLevel level,
        string message,
        Exception? exception,
        params (string Name, object? Value)[] fields)
    {
        List<KeyValuePair<string, object?>> state =
            [.. fields.Select(f => KeyValuePair.Create(f.Name, f.Value)), new("{OriginalFormat}", "template")];
        using var writer = new StringWriter();
        var entry = new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(
            level, "Some.Category", new EventId(7), state, exception, (_, _) => message);
        formatter.Write(in entry, null, writer);
        return writer.ToString();
    }
}
