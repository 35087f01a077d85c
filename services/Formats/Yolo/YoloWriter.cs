using System.Globalization;
using System.Text;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Shapes;

namespace Segmentation.Formats.Yolo;

/// <summary>
/// Writes YOLO's format of segmentation. A mask is one line; its holes and detached parts are joined by lines there and
/// back that have no width, so that the line filled by the even-odd rule is the mask.
/// </summary>
internal sealed class YoloWriter : IDatasetWriter
{
    /// <inheritdoc />
    public string Format => "yolo";

    /// <inheritdoc />
    public string PicturePath(DatasetPicture picture) => $"images/{SplitOf(picture)}/{DatasetPath.Safe(picture.Name)}";

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
        var names = labels.Select(label => label.Name).ToList();
        var splits = new SortedSet<string>(StringComparer.Ordinal) { "train" };
        await foreach (var picture in pictures.WithCancellation(cancellationToken))
        {
            splits.Add(SplitOf(picture));
            losses.Count(picture, "split (written as train)", picture.Split is null);
            losses.Count(picture, "attributes of the picture", picture.AttributesJson is not null);
            await using var text = new StreamWriter(
                sink.Create($"labels/{SplitOf(picture)}/{paths.StemOf(picture)}.txt"), new UTF8Encoding(false));
            foreach (var mask in picture.Masks)
            {
                cancellationToken.ThrowIfCancellationRequested();
                losses.Count(picture, mask, MaskFields.Label);
                await text.WriteAsync(LineOf(picture, mask, names, cancellationToken), cancellationToken);
            }
        }

        await using (var yaml = new StreamWriter(sink.Create("data.yaml"), new UTF8Encoding(false)))
        {
            await yaml.WriteAsync(YamlOf(names, splits));
        }

        losses.Report(report);
    }

    private static string SplitOf(DatasetPicture picture) => picture.Split ?? "train";

    private static StringBuilder LineOf(
        DatasetPicture picture, DatasetMask mask, List<string> names, CancellationToken cancellationToken)
    {
        var name = mask.Label ?? Unlabelled.Name;
        var number = names.IndexOf(name);
        if (number < 0)
        {
            number = names.Count;
            names.Add(name);
        }

        var line = new StringBuilder().Append(number);
        var ring = MaskRings.Bridged(mask.Mask, cancellationToken);
        for (var i = 0; i < ring.Count; i++)
        {
            // Seven digits are a twentieth of a pixel in the widest picture.
            var share = ring[i] / (double)(i % 2 == 0 ? picture.Width : picture.Height);
            line.Append(' ').Append(share.ToString("0.#######", CultureInfo.InvariantCulture));
        }

        return line.Append('\n');
    }

    private static string YamlOf(List<string> names, SortedSet<string> splits)
    {
        var text = new StringBuilder("path: .\n");
        foreach (var split in splits)
        {
            text.Append(CultureInfo.InvariantCulture, $"{split}: images/{split}\n");
        }

        if (!splits.Contains("val"))
        {
            // Training does not begin without a part to validate on.
            text.Append("val: images/train\n");
        }

        text.Append("names:\n");
        for (var i = 0; i < names.Count; i++)
        {
            var name = string.Concat(names[i].Select(c => char.IsControl(c) ? ' ' : c));
            text.Append(CultureInfo.InvariantCulture, $"  {i}: '{name.Replace("'", "''", StringComparison.Ordinal)}'\n");
        }

        return text.ToString();
    }
}
