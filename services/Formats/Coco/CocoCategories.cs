using System.Text.Json;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;

namespace Segmentation.Formats.Coco;

/// <summary>COCO's categories: labels by id.</summary>
internal sealed class CocoCategories
{
    private readonly Dictionary<long, string?> _names = [];
    private readonly List<DatasetLabel> _labels = [];

    /// <summary>Labels in the order of the file.</summary>
    public IReadOnlyList<DatasetLabel> Labels => _labels;

    /// <summary>Reads a category and adds it.</summary>
    /// <exception cref="BadItemException">The category is wrong.</exception>
    public void Add(JsonElement item)
    {
        var id = item.Whole("id");
        var name = item.Text("name");
        var isUnlabelled = item.Flag("unlabelled");
        if (!_names.TryAdd(id, isUnlabelled ? null : name))
        {
            throw new BadItemException("id", $"The category id {id} is there twice.");
        }

        if (!isUnlabelled && _labels.All(label => label.Name != name))
        {
            _labels.Add(new(_labels.Count + 1, name, ColorOf(item), item.Field("isthing") is not null && !item.Flag("isthing")));
        }
    }

    /// <summary>Returns the label of an annotation; null: none.</summary>
    /// <exception cref="BadItemException">There is no such category.</exception>
    public string? NameOf(JsonElement annotation) => annotation.WholeOrNull("category_id") is not { } id ? null
        : _names.TryGetValue(id, out var name) ? name
        : throw new BadItemException("category_id", $"The file has no category {id}.");

    /// <summary>Writes the array of categories.</summary>
    /// <param name="writer">Writes.</param>
    /// <param name="labels">The labels.</param>
    /// <param name="unlabelled">Id of masks without a label; null: there are none.</param>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<DatasetLabel> labels, int? unlabelled)
    {
        writer.WriteStartArray("categories");
        foreach (var label in labels)
        {
            Write(writer, label.Id, label.Name, label);
        }

        if (unlabelled is { } id)
        {
            Write(writer, id, Unlabelled.Name, null);
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, int id, string name, DatasetLabel? label)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", id);
        writer.WriteString("name", name);
        writer.WriteString("supercategory", Unlabelled.Name);
        writer.WriteNumber("isthing", label?.IsStuff == true ? 0 : 1);
        if (LabelColors.Parse(label?.Color) is var (red, green, blue))
        {
            writer.WriteStartArray("color");
            writer.WriteNumberValue(red);
            writer.WriteNumberValue(green);
            writer.WriteNumberValue(blue);
            writer.WriteEndArray();
        }

        if (label is null)
        {
            writer.WriteBoolean("unlabelled", true);
        }

        writer.WriteEndObject();
    }

    private static string? ColorOf(JsonElement item)
    {
        if (item.Field("color") is not { ValueKind: JsonValueKind.Array } color)
        {
            return null;
        }

        var channels = JsonFields.Numbers(color, "color");
        return channels.Length == 3 && channels.All(channel => channel is >= 0 and <= 255)
            ? LabelColors.Text((byte)channels[0], (byte)channels[1], (byte)channels[2])
            : null;
    }
}
