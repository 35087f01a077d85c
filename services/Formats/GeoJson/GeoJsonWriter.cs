using System.Text.Json;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;
using Segmentation.Formats.Shapes;

namespace Segmentation.Formats.GeoJson;

/// <summary>
/// Writes GeoJSON as the studio does, a file for each picture: outlines in pixels, y negated, so that objects stand
/// upright in a map program. Name and size of the picture stand in a member <c>picture</c>.
/// </summary>
internal sealed class GeoJsonWriter : IDatasetWriter
{
    /// <inheritdoc />
    public string Format => "geojson";

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
        var byName = labels.ToDictionary(label => label.Name, StringComparer.Ordinal);
        await foreach (var picture in pictures.WithCancellation(cancellationToken))
        {
            await using var stream = sink.Create($"{paths.StemOf(picture)}.geojson");
            await using var writer = JsonText.Writer(stream);
            writer.WriteStartObject();
            writer.WriteString("type", "FeatureCollection");
            WritePicture(writer, picture);
            writer.WriteStartArray("features");
            foreach (var mask in picture.Masks)
            {
                cancellationToken.ThrowIfCancellationRequested();
                losses.Count(picture, "points and crop", mask.Points.Count + mask.CropBox.Count > 0);
                WriteFeature(writer, mask, byName, cancellationToken);
                writer.FlushNowAndThen();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        losses.Report(report);
    }

    private static void WritePicture(Utf8JsonWriter writer, DatasetPicture picture)
    {
        writer.WriteStartObject("picture");
        writer.WriteString("file_name", picture.Name);
        writer.WriteNumber("width", picture.Width);
        writer.WriteNumber("height", picture.Height);
        writer.WriteText("split", picture.Split);
        writer.WriteAttributes(picture.AttributesJson);
        writer.WriteEndObject();
    }

    private static void WriteFeature(
        Utf8JsonWriter writer,
        DatasetMask mask,
        Dictionary<string, DatasetLabel> labels,
        CancellationToken cancellationToken)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "Feature");
        writer.WriteText("id", mask.Id);
        writer.WriteStartObject("properties");
        if (mask.Label is { } name)
        {
            writer.WriteString("category", name);
            if (labels.TryGetValue(name, out var label))
            {
                var (red, green, blue) = LabelColors.Of(label);
                writer.WriteNumber("category_id", label.Id);
                writer.WriteString("colour", label.Color ?? LabelColors.Text(red, green, blue));
            }
        }

        writer.WriteNumber("area", mask.Mask.Area);
        writer.WriteScore("predicted_iou", mask.PredictedIou);
        writer.WriteScore("stability_score", mask.StabilityScore);
        writer.WriteFields(mask);
        writer.WriteEndObject();
        WriteGeometry(writer, mask, cancellationToken);
        writer.WriteEndObject();
    }

    private static void WriteGeometry(Utf8JsonWriter writer, DatasetMask mask, CancellationToken cancellationToken)
    {
        writer.WriteStartObject("geometry");
        writer.WriteString("type", "MultiPolygon");
        writer.WriteStartArray("coordinates");
        foreach (var polygon in MaskRings.Polygons(mask.Mask, cancellationToken))
        {
            writer.WriteStartArray();
            foreach (var ring in polygon)
            {
                WriteRing(writer, ring);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>A closed ring, the other way than the outline: counterclockwise as seen, with y upwards.</summary>
    private static void WriteRing(Utf8JsonWriter writer, IReadOnlyList<float> ring)
    {
        writer.WriteStartArray();
        WriteCorner(writer, ring[0], ring[1]);
        for (var i = ring.Count - 2; i >= 0; i -= 2)
        {
            WriteCorner(writer, ring[i], ring[i + 1]);
        }

        writer.WriteEndArray();
    }

    private static void WriteCorner(Utf8JsonWriter writer, float x, float y)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(x);
        // Never -0, which JSON would not keep.
        writer.WriteNumberValue(y == 0 ? 0 : -y);
        writer.WriteEndArray();
    }
}
