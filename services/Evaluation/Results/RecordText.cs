using System.Text.Encodings.Web;
using System.Text.Json;
using Segmentation.Evaluation.Prompting;
using Segmentation.Masks.Geometry;

namespace Segmentation.Evaluation.Results;

/// <summary>Lines of <c>results.jsonl</c>. The same record is the same bytes.</summary>
internal static class RecordText
{
    // Six digits tell a pixel of a million apart.
    private const int Digits = 6;

    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a record and the end of its line.</summary>
    public static byte[] Write(MaskRecord record)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, _options))
        {
            json.WriteStartObject();
            json.WriteString("picture", record.Picture);
            json.WriteNumber("index", record.Index);
            json.WriteString("mask", record.Mask);
            json.WriteString("label", record.Label);
            json.WriteNumber("area", record.Area);
            WriteNumbers(json, "bbox", [record.Extent.X, record.Extent.Y, record.Extent.Width, record.Extent.Height]);
            Write(json, record.Clicks);
            Write(json, "box", record.Box);
            Write(json, "noisy_box", record.NoisyBox);
            Write(json, "auto", record.Auto);
            Write(json, "proposals", record.Proposals);
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        return line.ToArray();
    }

    /// <summary>Reads a line without its end.</summary>
    /// <exception cref="FormatException">The line is no record.</exception>
    public static MaskRecord Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            var box = Numbers(root.GetProperty("bbox"));
            return new()
            {
                Picture = root.GetProperty("picture").GetString()!,
                Index = root.GetProperty("index").GetInt32(),
                Mask = root.GetProperty("mask").GetString()!,
                Label = root.GetProperty("label").GetString()!,
                Area = root.GetProperty("area").GetInt64(),
                Extent = new PixelBox((int)box[0], (int)box[1], (int)box[2], (int)box[3]),
                Clicks = root.TryGetProperty("clicks", out var clicks) ? ReadClicks(clicks) : null,
                Box = root.TryGetProperty("box", out var exact) ? ReadBox(exact) : null,
                NoisyBox = root.TryGetProperty("noisy_box", out var noisy) ? ReadBox(noisy) : null,
                Auto = root.TryGetProperty("auto", out var auto) ? ReadFound(auto) : null,
                Proposals = root.TryGetProperty("proposals", out var proposals) ? ReadFound(proposals) : null,
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException
            or IndexOutOfRangeException or FormatException)
        {
            throw new FormatException($"The line is no result of an evaluation: {error.Message}", error);
        }
    }

    private static void Write(Utf8JsonWriter json, ClickOutcome? clicks)
    {
        if (clicks is null)
        {
            return;
        }

        json.WriteStartObject("clicks");
        json.WriteStartArray("points");
        foreach (var click in clicks.Clicks)
        {
            json.WriteStartArray();
            json.WriteNumberValue(click.X);
            json.WriteNumberValue(click.Y);
            json.WriteNumberValue(click.IsForeground ? 1 : 0);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        WriteNumbers(json, "iou", clicks.Iou);
        WriteNumbers(json, "predicted_iou", clicks.PredictedIou);
        WriteNumbers(json, "boundary_iou", clicks.BoundaryIou);
        json.WriteNumber("oracle", Math.Round(clicks.Oracle, Digits));
        json.WriteString("counts", clicks.Counts);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, BoxOutcome? outcome)
    {
        if (outcome is null)
        {
            return;
        }

        json.WriteStartObject(name);
        var box = outcome.Box;
        WriteNumbers(json, "prompt", [box.XMin, box.YMin, box.XMax, box.YMax]);
        json.WriteNumber("iou", Math.Round(outcome.Iou, Digits));
        json.WriteNumber("predicted_iou", Math.Round(outcome.PredictedIou, Digits));
        json.WriteNumber("boundary_iou", Math.Round(outcome.BoundaryIou, Digits));
        json.WriteString("counts", outcome.Counts);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, FoundOutcome? outcome)
    {
        if (outcome is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("iou", Math.Round(outcome.Iou, Digits));
        json.WriteNumber("predicted_iou", Math.Round(outcome.PredictedIou, Digits));
        json.WriteNumber("recall", Math.Round(outcome.Recall, Digits));
        json.WriteNumber("found", outcome.Found);
        json.WriteNumber("truths", outcome.Truths);
        json.WriteString("counts", outcome.Counts);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(Math.Round(value, Digits));
        }

        json.WriteEndArray();
    }

    private static ClickOutcome ReadClicks(JsonElement json) => new()
    {
        Clicks = [.. json.GetProperty("points").EnumerateArray().Select(point => new SimulatedClick(
            point[0].GetInt32(), point[1].GetInt32(), point[2].GetInt32() != 0))],
        Iou = NotEmpty(json.GetProperty("iou")),
        PredictedIou = NotEmpty(json.GetProperty("predicted_iou")),
        BoundaryIou = NotEmpty(json.GetProperty("boundary_iou")),
        Oracle = json.GetProperty("oracle").GetDouble(),
        Counts = json.GetProperty("counts").GetString()!,
    };

    private static BoxOutcome ReadBox(JsonElement json)
    {
        var box = Numbers(json.GetProperty("prompt"));
        return new(
            new((float)box[0], (float)box[1], (float)box[2], (float)box[3]),
            json.GetProperty("iou").GetDouble(),
            json.GetProperty("predicted_iou").GetDouble(),
            json.GetProperty("boundary_iou").GetDouble(),
            json.GetProperty("counts").GetString()!);
    }

    private static FoundOutcome ReadFound(JsonElement json) => new(
        json.GetProperty("iou").GetDouble(),
        json.GetProperty("predicted_iou").GetDouble(),
        json.GetProperty("recall").GetDouble(),
        json.GetProperty("found").GetInt32(),
        json.GetProperty("truths").GetInt32() is var truths and > 0 ? truths : throw new FormatException("truths is below 1"),
        json.GetProperty("counts").GetString()!);

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    private static double[] NotEmpty(JsonElement array) =>
        Numbers(array) is { Length: > 0 } values ? values : throw new FormatException("a list of values is empty");
}
