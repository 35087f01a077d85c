using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;
using Segmentation.Formats.Shapes;
using Segmentation.Masks.Png;

namespace Segmentation.Formats.PngMaps;

/// <summary>
/// Writes PNG maps of 16 bits in which each pixel is the number of an object, 0 where none lies, and beside each a JSON
/// file of its objects. Of masks that overlap the upper one is seen.
/// </summary>
internal sealed class InstanceWriter : IDatasetWriter
{
    private const int MaxNumber = ushort.MaxValue;

    /// <inheritdoc />
    public string Format => "instance-png";

    /// <inheritdoc />
    public string PicturePath(DatasetPicture picture) => $"images/{SplitOf(picture)}{DatasetPath.Safe(picture.Name)}";

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
            var masks = MapPainter.Ordered(picture.Masks).Take(MaxNumber).ToArray();
            var painter = new MapPainter(picture.Width, picture.Height);
            for (var i = 0; i < masks.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                losses.Count(picture, "points and crop", masks[i].Points.Count + masks[i].CropBox.Count > 0);
                painter.Paint(masks[i].Mask, (ushort)(i + 1));
            }

            if (masks.Length < picture.Masks.Count)
            {
                report(new(
                    picture.Name, "masks", $"{picture.Masks.Count - masks.Length} masks above the number {MaxNumber} "
                    + "are left out."));
            }

            painter.ReportCovered(picture, report);
            var path = $"instances/{SplitOf(picture)}{paths.StemOf(picture)}";
            await using (var stream = sink.Create($"{path}.png"))
            {
                await stream.WriteAsync(
                    LabelMapPng.Grey16(picture.Width, picture.Height, painter.Map), cancellationToken);
            }

            WriteFields(sink, path, picture, masks);
        }

        await MapLabels.WriteAsync(sink, labels, null, cancellationToken);
        losses.Report(report);
    }

    private static string SplitOf(DatasetPicture picture) => picture.Split is { } split ? $"{split}/" : "";

    private static void WriteFields(IDatasetSink sink, string path, DatasetPicture picture, DatasetMask[] masks)
    {
        using var stream = sink.Create($"{path}.json");
        using var writer = JsonText.Writer(stream);
        writer.WriteStartObject();
        writer.WriteString("file_name", picture.Name);
        writer.WriteAttributes(picture.AttributesJson);
        writer.WriteStartArray("instances");
        for (var i = 0; i < masks.Length; i++)
        {
            InstanceFields.Write(writer, masks[i], i + 1);
            writer.FlushNowAndThen();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
