using System.Text.Json;
using Segmentation.Formats.Coco;
using Segmentation.Formats.Json;
using Segmentation.Masks;

namespace Segmentation.Formats.Panoptic;

/// <summary>An element of <c>segments_info</c>.</summary>
internal static class PanopticSegment
{
    /// <summary>Reads the fields of a segment.</summary>
    public static DatasetMask Read(JsonElement item, string? label, RunLengths mask) => new()
    {
        Id = item.TextOrNull("uuid"),
        Label = label,
        Mask = mask,
        Crowd = item.Flag("iscrowd"),
        PredictedIou = item.ScoreOrNull("predicted_iou"),
    };

    /// <summary>Writes the fields of a segment.</summary>
    /// <param name="writer">Writes.</param>
    /// <param name="mask">The mask.</param>
    /// <param name="shown">Its pixels that are seen.</param>
    /// <param name="id">Number in the map.</param>
    /// <param name="category">Id of the category.</param>
    public static void Write(Utf8JsonWriter writer, DatasetMask mask, RunLengths shown, int id, int category)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", id);
        writer.WriteNumber("category_id", category);
        CocoMask.WriteMeasures(writer, shown);
        writer.WriteNumber("iscrowd", mask.Crowd ? 1 : 0);
        writer.WriteText("uuid", mask.Id);
        writer.WriteScore("predicted_iou", mask.PredictedIou);
        writer.WriteEndObject();
    }
}
