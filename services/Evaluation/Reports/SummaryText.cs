using System.Text.Encodings.Web;
using System.Text.Json;
using Segmentation.Evaluation.Statistics;

namespace Segmentation.Evaluation.Reports;

/// <summary>The file <c>summary.json</c>.</summary>
public static class SummaryText
{
    private const int Digits = 6;

    private static readonly JsonWriterOptions _options = new()
    {
        Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the summary.</summary>
    /// <param name="stream">Takes the file.</param>
    /// <param name="run">What was run, by name.</param>
    /// <param name="summary">The figures.</param>
    /// <param name="differences">Comparison with another run; empty: none.</param>
    public static void Write(
        Stream stream,
        IReadOnlyList<(string Name, string Value)> run,
        EvaluationSummary summary,
        IReadOnlyList<RunDifference> differences)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(differences);
        using var json = new Utf8JsonWriter(stream, _options);
        json.WriteStartObject();
        json.WriteStartObject("run");
        foreach (var (name, value) in run)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteStartObject("metrics");
        foreach (var (name, figure) in summary.Figures)
        {
            Write(json, name, figure.Mean);
        }

        Write(json, "calibration_error@1", summary.ClickCalibration?.Error);
        Write(json, "calibration_bias@1", summary.ClickCalibration?.Bias);
        Write(json, "calibration_error@box", summary.BoxCalibration?.Error);
        Write(json, "calibration_bias@box", summary.BoxCalibration?.Bias);
        json.WriteEndObject();
        json.WriteStartObject("intervals");
        foreach (var (name, figure) in summary.Figures)
        {
            json.WriteStartObject(name);
            WriteInterval(json, figure.Interval);
            json.WriteNumber("masks", figure.Masks);
            json.WriteNumber("pictures", figure.Pictures);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        WriteGroups(json, summary);
        WriteDifferences(json, differences);
        json.WriteEndObject();
    }

    private static void WriteGroups(Utf8JsonWriter json, EvaluationSummary summary)
    {
        json.WriteStartArray("comparisons");
        foreach (var one in summary.Comparisons)
        {
            json.WriteStartObject();
            json.WriteString("group", one.Group);
            json.WriteString("metric", one.Metric);
            Write(json, "difference", one.Difference);
            WriteInterval(json, one.Interval);
            Write(json, "p_holm", one.PValue);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("groups_too_small");
        foreach (var (group, masks) in summary.TooSmall)
        {
            json.WriteNumber(group, masks);
        }

        json.WriteEndObject();
    }

    private static void WriteDifferences(Utf8JsonWriter json, IReadOnlyList<RunDifference> differences)
    {
        if (differences.Count == 0)
        {
            return;
        }

        json.WriteStartObject("differences");
        foreach (var one in differences)
        {
            json.WriteStartObject(one.Name);
            Write(json, "first", one.First);
            Write(json, "second", one.Second);
            Write(json, "difference", one.Difference);
            WriteInterval(json, one.Interval);
            Write(json, "p", one.PValue);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteInterval(Utf8JsonWriter json, Interval? interval)
    {
        Write(json, "low", interval?.Low);
        Write(json, "high", interval?.High);
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, Math.Round(number, Digits));
        }
    }
}
