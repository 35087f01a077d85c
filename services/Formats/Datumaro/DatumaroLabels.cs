using System.Text.Json;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;

namespace Segmentation.Formats.Datumaro;

/// <summary>Datumaro's categories: labels by their place in a list.</summary>
internal sealed class DatumaroLabels
{
    private readonly List<string> _names = [];

    /// <summary>Names by place.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Reads the value of <c>categories</c>.</summary>
    /// <exception cref="BadItemException">The value is wrong.</exception>
    public void Read(JsonElement categories)
    {
        _names.Clear();
        if (categories.Field("label")?.Field("labels") is { } labels)
        {
            foreach (var label in JsonFields.Elements(labels, "categories.label.labels"))
            {
                _names.Add(label.Text("name"));
            }
        }
    }

    /// <summary>Returns the label of an annotation; null: none.</summary>
    /// <exception cref="BadItemException">There is no such label.</exception>
    public string? NameOf(JsonElement annotation) => annotation.WholeOrNull("label_id") is not { } id ? null
        : id >= 0 && id < _names.Count ? _names[(int)id]
        : throw new BadItemException("label_id", $"The file has no label {id}; it has {_names.Count}.");

    /// <summary>Writes the property <c>categories</c>.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<DatasetLabel> labels)
    {
        writer.WriteStartObject("categories");
        writer.WriteStartObject("label");
        writer.WriteStartArray("labels");
        foreach (var label in labels)
        {
            writer.WriteStartObject();
            writer.WriteString("name", label.Name);
            writer.WriteString("parent", "");
            writer.WriteStartArray("attributes");
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("label_groups");
        writer.WriteEndArray();
        writer.WriteStartArray("attributes");
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartObject("mask");
        writer.WriteStartArray("colormap");
        for (var i = 0; i < labels.Count; i++)
        {
            var (red, green, blue) = LabelColors.Of(labels[i]);
            writer.WriteStartObject();
            writer.WriteNumber("label_id", i);
            writer.WriteNumber("r", red);
            writer.WriteNumber("g", green);
            writer.WriteNumber("b", blue);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
