using System.Text.Json;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;

namespace Segmentation.Formats.Datumaro;

/// <summary>Writes Datumaro's JSON, a file for each part of the dataset. Masks are run lengths.</summary>
internal sealed class DatumaroWriter : IDatasetWriter
{
    /// <inheritdoc />
    public string Format => "datumaro";

    /// <inheritdoc />
    public string PicturePath(DatasetPicture picture) =>
        $"images/{picture.Split ?? Splits.None}/{DatasetPath.Safe(picture.Name)}";

    /// <inheritdoc />
    public async Task WriteAsync(
        IReadOnlyList<DatasetLabel> labels,
        IAsyncEnumerable<DatasetPicture> pictures,
        IDatasetSink sink,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        var losses = new Losses(Format);
        var places = labels.Select((label, place) => (label.Name, place))
            .ToDictionary(one => one.Name, one => one.place, StringComparer.Ordinal);
        using var parts = new SplitParts<DatumaroPart>();
        await foreach (var picture in pictures.WithCancellation(cancellationToken))
        {
            var part = parts.Of(picture.Split ?? Splits.None);
            WriteItem(part.Items, picture, places, losses, cancellationToken);
        }

        foreach (var (split, part) in parts.All())
        {
            await using var stream = sink.Create($"annotations/{split}.json");
            await part.CopyToAsync(stream, labels, cancellationToken);
        }

        losses.Report(report);
    }

    private static void WriteItem(
        Utf8JsonWriter writer,
        DatasetPicture picture,
        Dictionary<string, int> places,
        Losses losses,
        CancellationToken cancellationToken)
    {
        writer.WriteStartObject();
        writer.WriteString("id", DatasetPath.Stem(picture.Name));
        writer.WriteStartArray("annotations");
        for (var i = 0; i < picture.Masks.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            losses.Count(picture, "points and crop", picture.Masks[i].Points.Count + picture.Masks[i].CropBox.Count > 0);
            WriteMask(writer, picture.Masks[i], i, places);
            writer.FlushNowAndThen();
        }

        writer.WriteEndArray();
        if (picture.AttributesJson is null || !writer.WriteObject("attr", picture.AttributesJson))
        {
            writer.WriteStartObject("attr");
            writer.WriteEndObject();
        }

        writer.WriteStartObject("image");
        writer.WriteString("path", picture.Name);
        writer.WriteStartArray("size");
        writer.WriteNumberValue(picture.Height);
        writer.WriteNumberValue(picture.Width);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.FlushNowAndThen();
    }

    private static void WriteMask(Utf8JsonWriter writer, DatasetMask mask, int id, Dictionary<string, int> places)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", id);
        writer.WriteString("type", "mask");
        WriteAttributes(writer, mask);
        writer.WriteNumber("group", mask.Group);
        if (mask.Label is { } label && places.TryGetValue(label, out var place))
        {
            writer.WriteNumber("label_id", place);
        }
        else
        {
            writer.WriteNull("label_id");
        }

        writer.WriteStartObject("rle");
        writer.WriteString("counts", mask.Mask.ToCocoString());
        writer.WriteStartArray("size");
        writer.WriteNumberValue(mask.Mask.Height);
        writer.WriteNumberValue(mask.Mask.Width);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteNumber("z_order", mask.Z);
        writer.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter writer, DatasetMask mask)
    {
        writer.WriteStartObject("attributes");
        writer.WriteTrue("is_crowd", mask.Crowd);
        writer.WriteTrue("occluded", mask.Occluded);
        writer.WriteScore("predicted_iou", mask.PredictedIou);
        writer.WriteScore("stability_score", mask.StabilityScore);
        writer.WriteText("source", mask.Source);
        using var attributes = JsonText.ObjectOrNull(mask.AttributesJson);
        foreach (var property in attributes?.RootElement.EnumerateObject() ?? default)
        {
            if (property.Name is not ("is_crowd" or "occluded" or "predicted_iou" or "stability_score" or "source"))
            {
                property.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }
}
