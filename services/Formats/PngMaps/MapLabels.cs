using System.Text.Json;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;

namespace Segmentation.Formats.PngMaps;

/// <summary>The file <c>labels.json</c> beside maps: numbers, names and colours of labels.</summary>
internal static class MapLabels
{
    private const string FileName = "labels.json";

    /// <summary>Reads the labels; null: the dataset has no such file.</summary>
    public static async Task<IReadOnlyList<DatasetLabel>?> ReadAsync(
        IDatasetSource source, Action<DatasetProblem> report, CancellationToken cancellationToken)
    {
        var path = source.Files.FirstOrDefault(file => DatasetPath.FileName(file) == FileName);
        using var document = path is null ? null : await JsonFile.TryReadAsync(source, path, report, cancellationToken);
        if (document is null)
        {
            return null;
        }

        var labels = new List<DatasetLabel>();
        try
        {
            foreach (var item in JsonFields.Elements(document.RootElement.Needed("labels"), "labels"))
            {
                labels.Add(LabelOf(item, labels));
            }
        }
        catch (BadItemException exception)
        {
            report(exception.Of(path!));
        }

        return labels;
    }

    /// <summary>Writes the labels.</summary>
    /// <param name="sink">Takes the file.</param>
    /// <param name="labels">The labels.</param>
    /// <param name="unlabelled">Number of masks without a label; null: there are none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task WriteAsync(
        IDatasetSink sink, IReadOnlyList<DatasetLabel> labels, int? unlabelled, CancellationToken cancellationToken)
    {
        await using var stream = sink.Create(FileName);
        await using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteStartArray("labels");
        foreach (var label in labels)
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", label.Id);
            writer.WriteString("name", label.Name);
            if (label.Color is { } color)
            {
                writer.WriteString("color", color);
            }

            if (label.IsStuff)
            {
                writer.WriteBoolean("stuff", true);
            }

            writer.WriteEndObject();
        }

        if (unlabelled is { } id)
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", id);
            writer.WriteString("name", Unlabelled.Name);
            writer.WriteBoolean("unlabelled", true);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(cancellationToken);
    }

    private static DatasetLabel LabelOf(JsonElement item, List<DatasetLabel> labels)
    {
        var (id, name) = (item.Whole("id"), item.Text("name"));
        if (id is < 1 or > 0xFFFFFF || labels.Exists(label => label.Id == id || label.Name == name))
        {
            throw new BadItemException("id", $"The label {id} \"{DatasetPath.Shown(name)}\" is there twice, or below 1.");
        }

        // A label without a name stands for masks without a label.
        return new(
            (int)id, item.Flag("unlabelled") ? "" : name,
            item.TextOrNull("color") is { } color && LabelColors.Parse(color) is not null ? color : null,
            item.Flag("stuff"));
    }
}
