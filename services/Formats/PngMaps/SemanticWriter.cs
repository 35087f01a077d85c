using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Shapes;
using Segmentation.Masks.Png;

namespace Segmentation.Formats.PngMaps;

/// <summary>
/// Writes PNG maps in which each pixel is the number of a label, 0 where none lies: with a palette up to 255, else grey of
/// 16 bits. Of masks that overlap the upper one is seen, and masks of one label become one.
/// </summary>
internal sealed class SemanticWriter : IDatasetWriter
{
    private const int MaxNumber = ushort.MaxValue;

    /// <inheritdoc />
    public string Format => "semantic-png";

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
        var (ids, unlabelled) = Unlabelled.Number(labels);
        var palette = PaletteOf(labels, unlabelled);
        var hasUnlabelled = false;
        await foreach (var picture in pictures.WithCancellation(cancellationToken))
        {
            var painter = new MapPainter(picture.Width, picture.Height);
            foreach (var mask in MapPainter.Ordered(picture.Masks))
            {
                cancellationToken.ThrowIfCancellationRequested();
                losses.Count(picture, mask, MaskFields.Label | MaskFields.Z);
                var number = mask.Label is { } label && ids.TryGetValue(label, out var id) ? id : unlabelled;
                hasUnlabelled |= number == unlabelled;
                if (number is < 1 or > MaxNumber)
                {
                    report(new(picture.Name, "label", $"The label's number {number} does not fit into 16 bits."));
                    continue;
                }

                painter.Paint(mask.Mask, (ushort)number);
            }

            losses.Count(picture, "attributes of the picture", picture.AttributesJson is not null);
            losses.Count(picture, "masks of one label apart", picture.Masks.Count != picture.Masks.DistinctBy(m => m.Label).Count());
            painter.ReportCovered(picture, report);
            await using var stream = sink.Create($"masks/{SplitOf(picture)}{paths.StemOf(picture)}.png");
            var png = palette is null
                ? LabelMapPng.Grey16(picture.Width, picture.Height, painter.Map)
                : LabelMapPng.Palette(picture.Width, picture.Height, painter.ToBytes(), palette);
            await stream.WriteAsync(png, cancellationToken);
        }

        await MapLabels.WriteAsync(sink, labels, hasUnlabelled ? unlabelled : null, cancellationToken);
        losses.Report(report);
    }

    private static string SplitOf(DatasetPicture picture) => picture.Split is { } split ? $"{split}/" : "";

    private static byte[]? PaletteOf(IReadOnlyList<DatasetLabel> labels, int unlabelled)
    {
        if (unlabelled > byte.MaxValue)
        {
            return null;
        }

        var palette = new byte[768];
        for (var number = 1; number < 256; number++)
        {
            var label = labels.FirstOrDefault(one => one.Id == number);
            var (red, green, blue) = label is null ? LabelColors.Voc(number) : LabelColors.Of(label);
            (palette[3 * number], palette[3 * number + 1], palette[3 * number + 2]) = (red, green, blue);
        }

        return palette;
    }
}
