using System.Text.Json;
using Segmentation.Formats.Coco;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;

namespace Segmentation.Formats.Sa1b;

/// <summary>
/// Writes SA-1B's format: a JSON file for each picture, and beside SA-1B's own fields those of the studio's export, which
/// readers of SA-1B pass over.
/// </summary>
internal sealed class Sa1bDatasetWriter : IDatasetWriter
{
    /// <inheritdoc />
    public string Format => "sa1b";

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
        var (ids, _) = Unlabelled.Number(labels);
        var paths = new UniquePaths();
        long imageId = 0, annotationId = 0;
        await foreach (var picture in pictures.WithCancellation(cancellationToken))
        {
            await using var stream = sink.Create($"{paths.StemOf(picture)}.json");
            await using var writer = JsonText.Writer(stream);
            writer.WriteStartObject();
            WriteImage(writer, picture, ++imageId);
            CocoCategories.Write(writer, labels, null);
            writer.WriteStartArray("annotations");
            foreach (var mask in picture.Masks)
            {
                cancellationToken.ThrowIfCancellationRequested();
                WriteAnnotation(writer, picture, mask, ids, ++annotationId);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }

    private static void WriteImage(Utf8JsonWriter writer, DatasetPicture picture, long id)
    {
        writer.WriteStartObject("image");
        writer.WriteNumber("image_id", id);
        writer.WriteString("file_name", picture.Name);
        writer.WriteNumber("width", picture.Width);
        writer.WriteNumber("height", picture.Height);
        writer.WriteText("split", picture.Split);
        writer.WriteAttributes(picture.AttributesJson);
        writer.WriteEndObject();
    }

    private static void WriteAnnotation(
        Utf8JsonWriter writer, DatasetPicture picture, DatasetMask mask, Dictionary<string, int> ids, long id)
    {
        // SA-1B's annotations always say where the mask was found.
        var found = mask.CropBox.Count > 0 ? mask : mask with { CropBox = [0, 0, picture.Width, picture.Height] };
        writer.WriteStartObject();
        writer.WriteNumber("id", id);
        if (mask.Label is { } label && ids.TryGetValue(label, out var category))
        {
            writer.WriteNumber("category_id", category);
        }

        CocoFields.Write(writer, found, () => CocoMask.WriteRuns(writer, mask.Mask));
        writer.WriteEndObject();
        writer.FlushNowAndThen();
    }
}
