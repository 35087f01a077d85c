using System.Text.Json;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;

namespace Segmentation.Formats.LabelStudio;

/// <summary>Writes Label Studio's JSON: a task for each picture, a brush for each mask.</summary>
internal sealed class LabelStudioWriter : IDatasetWriter
{
    /// <inheritdoc />
    public string Format => "label-studio";

    /// <inheritdoc />
    public string PicturePath(DatasetPicture picture) => $"images/{DatasetPath.Safe(picture.Name)}";

    /// <inheritdoc />
    public async Task WriteAsync(
        IReadOnlyList<DatasetLabel> labels,
        IAsyncEnumerable<DatasetPicture> pictures,
        IDatasetSink sink,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        var losses = new Losses(Format);
        await using (var stream = sink.Create("label-studio.json"))
        await using (var writer = JsonText.Writer(stream))
        {
            writer.WriteStartArray();
            var id = 0;
            await foreach (var picture in pictures.WithCancellation(cancellationToken))
            {
                WriteTask(writer, picture, ++id, losses, cancellationToken);
            }

            writer.WriteEndArray();
        }

        losses.Report(report);
        await WriteConfigurationAsync(labels, sink, cancellationToken);
    }

    private static async Task WriteConfigurationAsync(
        IReadOnlyList<DatasetLabel> labels, IDatasetSink sink, CancellationToken cancellationToken)
    {
        await using var text = new StreamWriter(sink.Create("label-studio.xml"));
        var lines = new List<string> { "<View>", "  <Image name=\"image\" value=\"$image\"/>",
            "  <BrushLabels name=\"brush\" toName=\"image\">" };
        lines.AddRange(labels.Select(label =>
        {
            var (red, green, blue) = LabelColors.Of(label);
            var name = System.Security.SecurityElement.Escape(XmlLetters.Of(label.Name));
            return $"    <Label value=\"{name}\" background=\"{label.Color ?? LabelColors.Text(red, green, blue)}\"/>";
        }));
        lines.AddRange(["  </BrushLabels>", "</View>", ""]);
        await text.WriteAsync(string.Join('\n', lines).AsMemory(), cancellationToken);
    }

    private static void WriteTask(
        Utf8JsonWriter writer, DatasetPicture picture, int id, Losses losses, CancellationToken cancellationToken)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", id);
        writer.WriteStartObject("data");
        writer.WriteString("image", LabelStudioName.AddressOf($"images/{DatasetPath.Safe(picture.Name)}"));
        writer.WriteString("file_name", picture.Name);
        writer.WriteText("split", picture.Split);
        writer.WriteAttributes(picture.AttributesJson);
        writer.WriteEndObject();
        writer.WriteStartArray("annotations");
        writer.WriteStartObject();
        writer.WriteNumber("id", id);
        writer.WriteStartArray("result");
        for (var i = 0; i < picture.Masks.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            losses.Count(picture, "stability score", picture.Masks[i].StabilityScore is not null);
            WriteRegion(writer, picture, picture.Masks[i], i);
            writer.FlushNowAndThen();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("was_cancelled", false);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteRegion(Utf8JsonWriter writer, DatasetPicture picture, DatasetMask mask, int index)
    {
        writer.WriteStartObject();
        writer.WriteString("id", mask.Id ?? $"mask-{index + 1}");
        writer.WriteString("type", mask.Label is null ? "brush" : "brushlabels");
        writer.WriteString("from_name", "brush");
        writer.WriteString("to_name", "image");
        writer.WriteNumber("original_width", picture.Width);
        writer.WriteNumber("original_height", picture.Height);
        writer.WriteNumber("image_rotation", 0);
        writer.WriteStartObject("value");
        writer.WriteString("format", "rle");
        writer.WriteStartArray("rle");
        foreach (var one in BrushBits.Write(mask.Mask))
        {
            writer.WriteNumberValue(one);
        }

        writer.WriteEndArray();
        if (mask.Label is { } label)
        {
            writer.WriteStartArray("brushlabels");
            writer.WriteStringValue(label);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteScore("score", mask.PredictedIou);
        writer.WriteStartObject("meta");
        writer.WriteFields(mask);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
