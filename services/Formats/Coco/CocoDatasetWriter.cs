using System.Text.Json;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;
using Segmentation.Formats.Shapes;

namespace Segmentation.Formats.Coco;

/// <summary>
/// Writes COCO's format of instances, one file for each part of the dataset. Masks are run lengths; on demand, masks
/// without holes are polygons, which COCO's polygons can be without loss.
/// </summary>
/// <param name="polygons">True for polygons where they lose nothing.</param>
internal sealed class CocoDatasetWriter(bool polygons = false) : IDatasetWriter
{
    /// <inheritdoc />
    public string Format => polygons ? "coco-polygons" : "coco";

    /// <inheritdoc />
    public string PicturePath(DatasetPicture picture) => $"images/{DatasetPath.Safe(picture.Name)}";

    /// <inheritdoc />
    public async Task WriteAsync(
        IReadOnlyList<DatasetLabel> labels,
        IAsyncEnumerable<DatasetPicture> pictures,
        IDatasetSink sink,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        var (ids, unlabelled) = Unlabelled.Number(labels);
        using var parts = new SplitParts<CocoPart>();
        long imageId = 0, annotationId = 0;
        var hasUnlabelled = false;
        await foreach (var picture in pictures.WithCancellation(cancellationToken))
        {
            var part = parts.Of(picture.Split ?? Splits.None);
            WriteImage(part.Images, picture, ++imageId);
            foreach (var mask in picture.Masks)
            {
                var category = mask.Label is { } label && ids.TryGetValue(label, out var id) ? id : unlabelled;
                hasUnlabelled |= category == unlabelled;
                WriteAnnotation(part.Annotations, mask, ++annotationId, imageId, category, cancellationToken);
            }
        }

        foreach (var (split, part) in parts.All())
        {
            await using var stream = sink.Create($"annotations/instances_{split}.json");
            await part.CopyToAsync(
                stream,
                writer => CocoCategories.Write(writer, labels, hasUnlabelled ? unlabelled : null),
                cancellationToken);
        }
    }

    /// <summary>Writes an element of <c>images</c>.</summary>
    internal static void WriteImage(Utf8JsonWriter writer, DatasetPicture picture, long id)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", id);
        writer.WriteString("file_name", picture.Name);
        writer.WriteNumber("width", picture.Width);
        writer.WriteNumber("height", picture.Height);
        writer.WriteAttributes(picture.AttributesJson);
        writer.WriteEndObject();
        writer.FlushNowAndThen();
    }

    private void WriteAnnotation(
        Utf8JsonWriter writer,
        DatasetMask mask,
        long id,
        long imageId,
        int category,
        CancellationToken cancellationToken)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", id);
        writer.WriteNumber("image_id", imageId);
        writer.WriteNumber("category_id", category);
        CocoFields.Write(writer, mask, () => WriteSegmentation(writer, mask, cancellationToken));
        writer.WriteEndObject();
        writer.FlushNowAndThen();
    }

    private void WriteSegmentation(Utf8JsonWriter writer, DatasetMask mask, CancellationToken cancellationToken)
    {
        var rings = polygons ? MaskRings.Polygons(mask.Mask, cancellationToken) : null;
        if (rings is null or [] || rings.Exists(polygon => polygon.Count > 1))
        {
            CocoMask.WriteRuns(writer, mask.Mask);
            return;
        }

        writer.WriteStartArray("segmentation");
        foreach (var polygon in rings)
        {
            writer.WriteStartArray();
            foreach (var coordinate in polygon[0])
            {
                writer.WriteNumberValue(coordinate);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }
}
