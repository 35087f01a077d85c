using System.Text.Json;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;
using Segmentation.Masks;

namespace Segmentation.Formats.PngMaps;

/// <summary>Fields of an object in the JSON file beside a map.</summary>
internal static class InstanceFields
{
    /// <summary>Reads the fields of a mask.</summary>
    /// <exception cref="BadItemException">A field is wrong.</exception>
    public static DatasetMask Read(JsonElement item, RunLengths mask) => new()
    {
        Id = item.TextOrNull("id"),
        Label = item.TextOrNull("label"),
        Mask = mask,
        Crowd = item.Flag("crowd"),
        Occluded = item.Flag("occluded"),
        Z = item.SmallOr("z_order", 0),
        Group = item.SmallOr("group", 0),
        PredictedIou = item.ScoreOrNull("predicted_iou"),
        StabilityScore = item.ScoreOrNull("stability_score"),
        Source = item.TextOrNull("source"),
        AttributesJson = JsonText.AttributesOf(item),
    };

    /// <summary>Writes the fields of a mask and its number in the map.</summary>
    public static void Write(Utf8JsonWriter writer, DatasetMask mask, int number)
    {
        writer.WriteStartObject();
        writer.WriteNumber("number", number);
        WriteText(writer, "id", mask.Id);
        WriteText(writer, "label", mask.Label);
        WriteText(writer, "source", mask.Source);
        if (mask.Crowd)
        {
            writer.WriteBoolean("crowd", true);
        }

        if (mask.Occluded)
        {
            writer.WriteBoolean("occluded", true);
        }

        if (mask.Z != 0)
        {
            writer.WriteNumber("z_order", mask.Z);
        }

        if (mask.Group != 0)
        {
            writer.WriteNumber("group", mask.Group);
        }

        WriteScore(writer, "predicted_iou", mask.PredictedIou);
        WriteScore(writer, "stability_score", mask.StabilityScore);
        if (mask.AttributesJson is { } attributes)
        {
            writer.WriteObject("attributes", attributes);
        }

        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteScore(Utf8JsonWriter writer, string name, float? score)
    {
        if (score is { } number && float.IsFinite(number))
        {
            writer.WriteNumber(name, number);
        }
    }
}
