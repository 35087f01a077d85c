using Segmentation.Formats.Coco;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;
using Segmentation.Formats.Shapes;
using Segmentation.Masks;
using Segmentation.Masks.Png;

namespace Segmentation.Formats.Panoptic;

/// <summary>
/// Writes COCO's panoptic format: a JSON file for each part of the dataset, and for each picture a PNG whose colours are
/// the ids of segments. Of masks that overlap the upper one is seen.
/// </summary>
internal sealed class PanopticWriter : IDatasetWriter
{
    private const int MaxNumber = ushort.MaxValue;
    private const MaskFields Held = MaskFields.Label | MaskFields.Crowd | MaskFields.Scores | MaskFields.Z;

    /// <inheritdoc />
    public string Format => "coco-panoptic";

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
        var losses = new Losses(Format);
        var paths = new UniquePaths();
        var (ids, unlabelled) = Unlabelled.Number(labels);
        using var parts = new SplitParts<CocoPart>();
        var (imageId, hasUnlabelled) = (0L, false);
        await foreach (var picture in pictures.WithCancellation(cancellationToken))
        {
            var split = picture.Split ?? Splits.None;
            var part = parts.Of(split);
            var map = $"{paths.StemOf(picture)}.png";
            var masks = Paint(picture, losses, report, out var pixels);
            await WriteMapAsync(sink, $"annotations/panoptic_{split}/{map}", picture, pixels, cancellationToken);
            CocoDatasetWriter.WriteImage(part.Images, picture, ++imageId);
            hasUnlabelled |= WriteAnnotation(part, masks, imageId, map, ids, unlabelled);
        }

        foreach (var (split, part) in parts.All())
        {
            await using var stream = sink.Create($"annotations/panoptic_{split}.json");
            await part.CopyToAsync(
                stream,
                writer => CocoCategories.Write(writer, labels, hasUnlabelled ? unlabelled : null),
                cancellationToken);
        }

        losses.Report(report);
    }

    /// <summary>Paints the masks and returns those of which something is seen, with their numbers.</summary>
    private static List<(DatasetMask Mask, RunLengths Shown, int Number)> Paint(
        DatasetPicture picture, Losses losses, Action<DatasetProblem> report, out ReadOnlyMemory<ushort> map)
    {
        var painter = new MapPainter(picture.Width, picture.Height);
        var masks = MapPainter.Ordered(picture.Masks).Take(MaxNumber).ToArray();
        for (var i = 0; i < masks.Length; i++)
        {
            losses.Count(picture, masks[i], Held);
            painter.Paint(masks[i].Mask, (ushort)(i + 1));
        }

        painter.ReportCovered(picture, report);
        map = painter.Map;
        return [.. Shown(painter, masks)];
    }

    private static IEnumerable<(DatasetMask Mask, RunLengths Shown, int Number)> Shown(
        MapPainter painter, DatasetMask[] masks)
    {
        if (painter.Covered == 0)
        {
            return masks.Select((mask, i) => (mask, mask.Mask, i + 1));
        }

        // From the top down: a mask shows what no mask above it has.
        var shown = new List<(DatasetMask Mask, RunLengths Shown, int Number)>();
        RunLengths? above = null;
        for (var i = masks.Length - 1; i >= 0; i--)
        {
            var own = above is null ? masks[i].Mask : RunLengthSets.Difference(masks[i].Mask, above);
            above = above is null ? own : RunLengthSets.Union([above, own]);
            if (own.Area > 0)
            {
                shown.Add((masks[i], own, i + 1));
            }
        }

        shown.Reverse();
        return shown;
    }

    private static bool WriteAnnotation(
        CocoPart part,
        List<(DatasetMask Mask, RunLengths Shown, int Number)> masks,
        long imageId,
        string map,
        Dictionary<string, int> ids,
        int unlabelled)
    {
        var hasUnlabelled = false;
        var writer = part.Annotations;
        writer.WriteStartObject();
        writer.WriteNumber("image_id", imageId);
        writer.WriteString("file_name", map);
        writer.WriteStartArray("segments_info");
        foreach (var (mask, shown, number) in masks)
        {
            var category = mask.Label is { } label && ids.TryGetValue(label, out var id) ? id : unlabelled;
            hasUnlabelled |= category == unlabelled;
            PanopticSegment.Write(writer, mask, shown, number, category);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.FlushNowAndThen();
        return hasUnlabelled;
    }

    private static async Task WriteMapAsync(
        IDatasetSink sink,
        string path,
        DatasetPicture picture,
        ReadOnlyMemory<ushort> map,
        CancellationToken cancellationToken)
    {
        var colours = new byte[3L * picture.Width * picture.Height];
        var numbers = map.Span;
        for (var i = 0; i < numbers.Length; i++)
        {
            colours[3L * i] = (byte)numbers[i];
            colours[3L * i + 1] = (byte)(numbers[i] >> 8);
        }

        await using var stream = sink.Create(path);
        await stream.WriteAsync(PngWriter.Rgb(picture.Width, picture.Height, colours), cancellationToken);
    }
}
