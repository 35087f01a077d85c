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
    public static DatasetMask Read(JsonElement item, RunLengths mask) => new DatasetMask
    {
        Id = item.TextOrNull("id"),
        Label = item.TextOrNull("label"),
        Mask = mask,
        PredictedIou = item.ScoreOrNull("predicted_iou"),
        StabilityScore = item.ScoreOrNull("stability_score"),
        Source = item.TextOrNull("source"),
    }.WithFieldsOf(item);

    /// <summary>Writes the fields of a mask and its number in the map.</summary>
    public static void Write(Utf8JsonWriter writer, DatasetMask mask, int number)
    {
        writer.WriteStartObject();
        writer.WriteNumber("number", number);
        writer.WriteText("id", mask.Id);
        writer.WriteText("label", mask.Label);
        writer.WriteText("source", mask.Source);
        writer.WriteScore("predicted_iou", mask.PredictedIou);
        writer.WriteScore("stability_score", mask.StabilityScore);
        writer.WriteFields(mask);
        writer.WriteEndObject();
    }
}
