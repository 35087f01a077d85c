using System.Text.Json;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;
using Segmentation.Formats.Shapes;
using Segmentation.Masks.Png;

namespace Segmentation.Formats.Labelme;

/// <summary>
/// Writes labelme's JSON: a file beside each picture, masks as shapes of the type <c>mask</c>. What labelme has no field
/// for stands in an object <c>segmentation</c>, which labelme passes over.
/// </summary>
internal sealed class LabelmeWriter : IDatasetWriter
{
    /// <inheritdoc />
    public string Format => "labelme";

    /// <inheritdoc />
    public string PicturePath(DatasetPicture picture) => DatasetPath.Safe(picture.Name);

    /// <inheritdoc />
    public async Task WriteAsync(
        IReadOnlyList<DatasetLabel> labels,
        IAsyncEnumerable<DatasetPicture> pictures,
        IDatasetSink sink,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        var losses = new Losses(Format);
        var paths = new UniquePaths();
        await foreach (var picture in pictures.WithCancellation(cancellationToken))
        {
            await using var stream = sink.Create($"{paths.StemOf(picture)}.json");
            await using var writer = JsonText.Writer(stream);
            Write(writer, picture, losses, cancellationToken);
        }

        losses.Report(report);
    }

    private static void Write(
        Utf8JsonWriter writer, DatasetPicture picture, Losses losses, CancellationToken cancellationToken)
    {
        writer.WriteStartObject();
        writer.WriteString("version", "5.5.0");
        writer.WriteStartObject("flags");
        writer.WriteEndObject();
        writer.WriteStartArray("shapes");
        foreach (var mask in picture.Masks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            losses.Count(picture, "points and crop", mask.Points.Count + mask.CropBox.Count > 0);
            WriteShape(writer, mask);
            writer.FlushNowAndThen();
        }

        writer.WriteEndArray();
        writer.WriteString("imagePath", DatasetPath.FileName(DatasetPath.Safe(picture.Name)));
        writer.WriteNull("imageData");
        writer.WriteNumber("imageHeight", picture.Height);
        writer.WriteNumber("imageWidth", picture.Width);
        writer.WriteStartObject("segmentation");
        writer.WriteString("file_name", picture.Name);
        writer.WriteText("split", picture.Split);
        writer.WriteAttributes(picture.AttributesJson);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteShape(Utf8JsonWriter writer, DatasetMask mask)
    {
        var crop = MaskCrop.Of(mask.Mask);
        var box = crop.Box;
        writer.WriteStartObject();
        writer.WriteString("label", mask.Label ?? Unlabelled.Name);
        writer.WriteStartArray("points");
        WritePoint(writer, box.X, box.Y);
        WritePoint(writer, box.X + box.Width - 1, box.Y + box.Height - 1);
        writer.WriteEndArray();
        if (mask.Group == 0)
        {
            writer.WriteNull("group_id");
        }
        else
        {
            writer.WriteNumber("group_id", mask.Group);
        }

        writer.WriteString("description", "");
        writer.WriteString("shape_type", "mask");
        writer.WriteStartObject("flags");
        writer.WriteEndObject();
        writer.WriteBase64String("mask", LabelMapPng.Grey(box.Width, box.Height, crop.Pixels));
        WriteMore(writer, mask);
        writer.WriteEndObject();
    }

    private static void WritePoint(Utf8JsonWriter writer, int x, int y)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(x);
        writer.WriteNumberValue(y);
        writer.WriteEndArray();
    }

    private static void WriteMore(Utf8JsonWriter writer, DatasetMask mask)
    {
        writer.WriteStartObject("segmentation");
        writer.WriteText("id", mask.Id);
        writer.WriteScore("predicted_iou", mask.PredictedIou);
        writer.WriteScore("stability_score", mask.StabilityScore);
        writer.WriteText("source", mask.Source);
        // labelme has a field of its own for groups.
        writer.WriteFields(mask with { Group = 0 });
        writer.WriteEndObject();
    }
}
