using System.Runtime.CompilerServices;
using System.Text;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.PngMaps;
using Segmentation.Formats.Shapes;
using Segmentation.Masks;
using Segmentation.Masks.Png;

namespace Segmentation.Formats.Voc;

/// <summary>
/// Reads Pascal VOC's segmentation: <c>SegmentationObject</c> has a mask for each object, <c>SegmentationClass</c> says
/// of which class; without the former each class is a mask. The colour 224, 224, 192 is void: neither inside nor outside.
/// </summary>
internal sealed class VocReader : IDatasetReader
{
    private const string ClassFolder = "SegmentationClass/";
    private const string ObjectFolder = "SegmentationObject/";
    private const uint VoidColour = 224 | (224 << 8) | (192 << 16);
    private const uint VoidNumber = 255;
    private const long MaxListBytes = 1 << 28;

    /// <inheritdoc />
    public string Format => "voc";

    /// <inheritdoc />
    public bool Recognises(IDatasetSource source) => ClassMaps(source).Any();

    /// <inheritdoc />
    public Task<IReadOnlyList<DatasetLabel>> ReadLabelsAsync(
        IDatasetSource source, CancellationToken cancellationToken) =>
        Task.FromResult(VocLabels.Of(source).Labels);

    /// <inheritdoc />
    public async IAsyncEnumerable<DatasetPicture> ReadAsync(
        IDatasetSource source,
        Func<string, (int Width, int Height)?> sizes,
        Action<DatasetProblem> report,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var maps = ClassMaps(source).ToArray();
        if (maps.Length == 0)
        {
            throw new DatasetFormatException(
                "The dataset has no PNG files in a folder SegmentationClass. Pack the folder that has it, whole.");
        }

        var all = source.Files.ToHashSet(StringComparer.Ordinal);
        var labels = VocLabels.Of(source);
        var splits = SplitsOf(source, cancellationToken);
        var files = new DatasetPictureFiles(source, file => !file.Contains(ClassFolder, StringComparison.Ordinal)
            && !file.Contains(ObjectFolder, StringComparison.Ordinal));
        foreach (var path in maps)
        {
            var (root, stem) = PlaceOf(path);
            var about = $"{root}Annotations/{stem}.xml";
            var annotation = all.Contains(about)
                ? await VocAnnotation.ReadAsync(source, about, report, cancellationToken)
                : VocAnnotation.None;
            DatasetPicture? picture = null;
            try
            {
                var classes = await MapFile.ReadAsync(source, path, cancellationToken);
                var objects = $"{root}{ObjectFolder}{stem}.png" is var other && all.Contains(other)
                    ? await MapFile.ReadAsync(source, other, cancellationToken)
                    : null;
                var (name, file) = annotation.FileName is { } own
                    ? (own, files.Find(own))
                    : files.Resolve(stem, sizes);
                picture = new()
                {
                    Name = name,
                    Width = classes.Width,
                    Height = classes.Height,
                    Split = splits.GetValueOrDefault(stem),
                    File = file,
                    Masks = objects is null
                        ? ClassMasks(classes, labels, name, report, cancellationToken)
                        : ObjectMasks(classes, objects, labels, annotation, name, report, cancellationToken),
                };
            }
            catch (BadItemException exception)
            {
                report(exception.Of(path));
            }

            if (picture is not null)
            {
                yield return picture;
            }
        }
    }

    private static IEnumerable<string> ClassMaps(IDatasetSource source) => source.Files.Where(file =>
        MapFile.IsPng(file) && ("/" + file).Contains("/" + ClassFolder, StringComparison.Ordinal));

    private static (string Root, string Stem) PlaceOf(string path)
    {
        var at = path.IndexOf(ClassFolder, StringComparison.Ordinal);
        return (path[..at], DatasetPath.Stem(path[(at + ClassFolder.Length)..]));
    }

    private static Dictionary<string, string> SplitsOf(IDatasetSource source, CancellationToken cancellationToken)
    {
        var splits = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var list in source.Files.Where(file => file.Contains("ImageSets/Segmentation/", StringComparison.Ordinal)))
        {
            if (Splits.Of(DatasetPath.FileName(DatasetPath.Stem(list))) is not { } split
                || source.SizeOf(list) > MaxListBytes)
            {
                continue;
            }

            using var reader = new StreamReader(source.Open(list), Encoding.UTF8);
            while (reader.ReadLine() is { } line)
            {
                cancellationToken.ThrowIfCancellationRequested();
                splits[line.Trim()] = split;
            }
        }

        return splits;
    }

    private static bool IsVoid(PngPixels map, uint number) =>
        map.ColourOf(number) == VoidColour || (!map.IsColour && number == VoidNumber);

    private static List<DatasetMask> ClassMasks(
        PngPixels classes,
        VocLabels labels,
        string name,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        var masks = new List<DatasetMask>();
        foreach (var (number, mask) in Split(classes, cancellationToken))
        {
            masks.Add(new() { Label = LabelOf(classes, number, labels, name, report), Mask = mask });
        }

        return masks;
    }

    private static List<DatasetMask> ObjectMasks(
        PngPixels classes,
        PngPixels objects,
        VocLabels labels,
        VocAnnotation annotation,
        string name,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        if (objects.Width != classes.Width || objects.Height != classes.Height)
        {
            throw new BadItemException("", "The maps of classes and of objects have different sizes.");
        }

        var masks = new List<DatasetMask>();
        var ofClass = Split(classes, cancellationToken);
        foreach (var (number, mask) in Split(objects, cancellationToken))
        {
            // The class that most of the object's pixels have.
            var best = ofClass.MaxBy(one => one.Value.Intersection(mask));
            var label = best.Value is not null && best.Value.Intersection(mask) > 0
                ? LabelOf(classes, best.Key, labels, name, report)
                : null;
            var known = number <= annotation.Objects.Count ? annotation.Objects[(int)number - 1] : default;
            masks.Add(new() { Label = label, Mask = mask, Occluded = known.Occluded && known.Name == label });
        }

        return masks;
    }

    /// <summary>Splits a map; black is no object, also in maps of colours, and neither is void.</summary>
    private static SortedDictionary<uint, RunLengths> Split(PngPixels map, CancellationToken cancellationToken) =>
        LabelMapMasks.Split(map, number => IsVoid(map, number), cancellationToken);

    private static string? LabelOf(
        PngPixels classes, uint number, VocLabels labels, string name, Action<DatasetProblem> report)
    {
        var colour = classes.ColourOf(number);
        var label = labels.NameOf(colour);
        if (label is null && !classes.IsColour && number <= labels.Labels.Count)
        {
            label = labels.Labels[(int)number - 1].Name;
        }

        if (label is null)
        {
            report(new(
                name, "class", $"No class has the colour {colour & 255}, {(colour >> 8) & 255}, {colour >> 16}: the mask "
                + "gets no label. Add the colour to labelmap.txt."));
        }

        return label;
    }
}
