using System.Text;
using System.Xml;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Shapes;
using Segmentation.Masks.Png;

namespace Segmentation.Formats.Voc;

/// <summary>
/// Writes Pascal VOC's segmentation: maps of classes and of objects with VOC's palette, an XML file and a list for each
/// part of the dataset. Of masks that overlap the upper one is seen.
/// </summary>
internal sealed class VocWriter : IDatasetWriter
{
    /// <summary>The largest number of a map: 255 is void.</summary>
    private const int MaxNumber = 254;

    private static readonly XmlWriterSettings _settings = new() { Indent = true, OmitXmlDeclaration = true };
    private static readonly byte[] _palette = PaletteOf();

    /// <inheritdoc />
    public string Format => "voc";

    /// <inheritdoc />
    public string PicturePath(DatasetPicture picture) => $"JPEGImages/{DatasetPath.Safe(picture.Name)}";

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
        var lists = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        await foreach (var picture in pictures.WithCancellation(cancellationToken))
        {
            var stem = paths.StemOf(picture);
            var split = picture.Split ?? Splits.None;
            if (!lists.TryGetValue(split, out var list))
            {
                lists.Add(split, list = []);
            }

            list.Add(stem);
            losses.Count(picture, "attributes of the picture", picture.AttributesJson is not null);
            await WriteAsync(picture, stem, names, sink, losses, report, cancellationToken);
        }

        foreach (var (split, list) in lists)
        {
            await using var text = new StreamWriter(
                sink.Create($"ImageSets/Segmentation/{split}.txt"), new UTF8Encoding(false));
            foreach (var stem in list)
            {
                await text.WriteAsync($"{stem}\n");
            }
        }

        await VocLabels.WriteAsync(sink, names, cancellationToken);
        losses.Report(report);
    }

    private static async Task WriteAsync(
        DatasetPicture picture,
        string stem,
        List<string> names,
        IDatasetSink sink,
        Losses losses,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        var classes = new MapPainter(picture.Width, picture.Height);
        var objects = new MapPainter(picture.Width, picture.Height);
        var written = new List<DatasetMask>();
        foreach (var mask in MapPainter.Ordered(picture.Masks))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var number = NumberOf(mask.Label ?? Unlabelled.Name, names);
            if (number > MaxNumber || written.Count == MaxNumber)
            {
                report(new(
                    picture.Name, "masks",
                    $"A mask of \"{mask.Label}\" is left out: maps of VOC have at most {MaxNumber} classes and objects."));
                continue;
            }

            losses.Count(picture, mask, MaskFields.Label | MaskFields.Occluded | MaskFields.Z);
            written.Add(mask);
            classes.Paint(mask.Mask, (ushort)number);
            objects.Paint(mask.Mask, (ushort)written.Count);
        }

        objects.ReportCovered(picture, report);
        await WriteMapAsync(sink, $"SegmentationClass/{stem}.png", picture, classes, cancellationToken);
        await WriteMapAsync(sink, $"SegmentationObject/{stem}.png", picture, objects, cancellationToken);
        WriteXml(sink, $"Annotations/{stem}.xml", picture, written);
    }

    private static int NumberOf(string name, List<string> names)
    {
        var at = names.IndexOf(name);
        if (at < 0)
        {
            at = names.Count;
            names.Add(name);
        }

        return at + 1;
    }

    private static async Task WriteMapAsync(
        IDatasetSink sink, string path, DatasetPicture picture, MapPainter map, CancellationToken cancellationToken)
    {
        await using var stream = sink.Create(path);
        await stream.WriteAsync(
            LabelMapPng.Palette(picture.Width, picture.Height, map.ToBytes(), _palette), cancellationToken);
    }

    private static void WriteXml(IDatasetSink sink, string path, DatasetPicture picture, List<DatasetMask> masks)
    {
        using var stream = sink.Create(path);
        using var writer = XmlWriter.Create(stream, _settings);
        writer.WriteStartElement("annotation");
        writer.WriteElementString("folder", "JPEGImages");
        writer.WriteElementString("filename", XmlLetters.Of(picture.Name));
        writer.WriteStartElement("size");
        Write(writer, "width", picture.Width);
        Write(writer, "height", picture.Height);
        Write(writer, "depth", 3);
        writer.WriteEndElement();
        Write(writer, "segmented", 1);
        foreach (var mask in masks)
        {
            var box = mask.Mask.Box;
            writer.WriteStartElement("object");
            writer.WriteElementString("name", XmlLetters.Of(mask.Label ?? Unlabelled.Name));
            writer.WriteElementString("pose", "Unspecified");
            Write(writer, "truncated", 0);
            Write(writer, "difficult", 0);
            Write(writer, "occluded", mask.Occluded ? 1 : 0);
            writer.WriteStartElement("bndbox");
            // VOC counts pixels from 1.
            Write(writer, "xmin", box.X + 1);
            Write(writer, "ymin", box.Y + 1);
            Write(writer, "xmax", box.X + box.Width);
            Write(writer, "ymax", box.Y + box.Height);
            writer.WriteEndElement();
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    private static void Write(XmlWriter writer, string name, int number)
    {
        writer.WriteStartElement(name);
        writer.WriteValue(number);
        writer.WriteEndElement();
    }

    private static byte[] PaletteOf()
    {
        var palette = new byte[768];
        for (var number = 0; number < 256; number++)
        {
            (palette[3 * number], palette[3 * number + 1], palette[3 * number + 2]) = LabelColors.Voc(number);
        }

        return palette;
    }
}
