using System.Globalization;
using System.Text.Json;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;
using Segmentation.Formats.Shapes;

namespace Segmentation.Formats.Coco;

/// <summary>
/// Fields of an annotation in COCO's form, which SA-1B shares. Beside COCO's own: <c>predicted_iou</c>,
/// <c>stability_score</c>, <c>point_coords</c> and <c>crop_box</c> as in SA-1B, <c>attributes</c> with <c>occluded</c> as
/// CVAT writes them, and <c>uuid</c>, <c>z_order</c>, <c>group</c>, <c>source</c>.
/// </summary>
internal static class CocoFields
{
    private const string Occluded = "occluded";

    /// <summary>Reads an annotation.</summary>
    /// <param name="item">The annotation.</param>
    /// <param name="label">Its label.</param>
    /// <param name="width">Width of the picture.</param>
    /// <param name="height">Height of the picture.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BadItemException">A field is wrong.</exception>
    public static DatasetMask Read(
        JsonElement item, string? label, int width, int height, CancellationToken cancellationToken)
    {
        var mask = CocoMask.Read(item.Needed("segmentation"), width, height, cancellationToken);
        var attributes = item.Field("attributes");
        return new()
        {
            Id = item.TextOrNull("uuid") ?? IdOf(item),
            Label = label,
            Mask = MaskReading.NotEmpty(mask, "segmentation"),
            Crowd = item.Flag("iscrowd"),
            Occluded = attributes is { } of && of.Field(Occluded) is { ValueKind: JsonValueKind.True },
            Z = item.SmallOr("z_order", 0),
            Group = item.SmallOr("group", 0),
            PredictedIou = item.ScoreOrNull("predicted_iou") ?? item.ScoreOrNull("score"),
            StabilityScore = item.ScoreOrNull("stability_score"),
            Points = item.Field("point_coords") is { } points ? JsonFields.Pairs(points, "point_coords") : [],
            CropBox = item.Field("crop_box") is { } box ? BoxOf(box) : [],
            AttributesJson = attributes is { } all ? JsonText.Without(all, Occluded) : null,
            Source = item.TextOrNull("source"),
        };
    }

    /// <summary>Returns the id that reports call the annotation by; null: it has none that can be shown.</summary>
    public static string? IdOf(JsonElement item) => item.Field("id") is not { } id ? null
        : id.ValueKind == JsonValueKind.Number ? id.GetRawText()
        : id.ValueKind == JsonValueKind.String ? JsonFields.TextOrNothing(id)
        : null;

    /// <summary>Writes the fields of a mask, all but the ids of annotation, picture and category.</summary>
    public static void Write(Utf8JsonWriter writer, DatasetMask mask, Action writeSegmentation)
    {
        writeSegmentation();
        CocoMask.WriteMeasures(writer, mask.Mask);
        writer.WriteNumber("iscrowd", mask.Crowd ? 1 : 0);
        writer.WriteText("uuid", mask.Id);
        writer.WriteScore("predicted_iou", mask.PredictedIou);
        writer.WriteScore("stability_score", mask.StabilityScore);
        WriteSearch(writer, mask);
        writer.WriteNonZero("z_order", mask.Z);
        writer.WriteNonZero("group", mask.Group);
        writer.WriteText("source", mask.Source);
        WriteAttributes(writer, mask);
    }

    private static void WriteSearch(Utf8JsonWriter writer, DatasetMask mask)
    {
        if (mask.Points.Count > 0)
        {
            writer.WriteStartArray("point_coords");
            for (var i = 0; i + 1 < mask.Points.Count; i += 2)
            {
                writer.WriteStartArray();
                writer.WriteNumberValue(mask.Points[i]);
                writer.WriteNumberValue(mask.Points[i + 1]);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        if (mask.CropBox.Count > 0)
        {
            writer.WriteStartArray("crop_box");
            foreach (var side in mask.CropBox)
            {
                writer.WriteNumberValue(side);
            }

            writer.WriteEndArray();
        }
    }

    private static void WriteAttributes(Utf8JsonWriter writer, DatasetMask mask)
    {
        using var attributes = JsonText.ObjectOrNull(mask.AttributesJson);
        if (attributes is null && !mask.Occluded)
        {
            return;
        }

        writer.WriteStartObject("attributes");
        if (mask.Occluded)
        {
            writer.WriteBoolean(Occluded, true);
        }

        foreach (var property in attributes?.RootElement.EnumerateObject() ?? default)
        {
            if (property.Name != Occluded)
            {
                property.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private static int[] BoxOf(JsonElement value)
    {
        var numbers = JsonFields.Numbers(value, "crop_box");
        return numbers.Length == 4 && numbers.All(side => side is >= 0 and <= DatasetPictureSize.MaxSide)
            ? [.. numbers.Select(side => (int)Math.Round(side))]
            : throw new BadItemException("crop_box", string.Create(
                CultureInfo.InvariantCulture, $"The box has not 4 numbers of 0 to {DatasetPictureSize.MaxSide}."));
    }
}
