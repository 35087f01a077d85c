using System.Runtime.CompilerServices;
using System.Text.Json;
using Segmentation.Formats.Coco;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;
using Segmentation.Formats.PngMaps;
using Segmentation.Formats.Shapes;

namespace Segmentation.Formats.Panoptic;

/// <summary>
/// Reads COCO's panoptic format: a JSON file, and for each picture a PNG whose colours are the ids of segments (red + 256
/// green + 65,536 blue).
/// </summary>
internal sealed class PanopticReader : IDatasetReader
{
    private const int MostFiles = 32;

    /// <inheritdoc />
    public string Format => "coco-panoptic";

    /// <inheritdoc />
    public bool Recognises(IDatasetSource source) => FilesOf(source).Any();

    /// <inheritdoc />
    public async Task<IReadOnlyList<DatasetLabel>> ReadLabelsAsync(
        IDatasetSource source, CancellationToken cancellationToken)
    {
        var labels = new DistinctLabels();
        foreach (var file in Needed(source))
        {
            await using var stream = source.Open(file);
            labels.Add(CocoIndex.Read(stream, file, _ => { }, cancellationToken).Categories.Labels);
        }

        return labels.All;
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<DatasetPicture> ReadAsync(
        IDatasetSource source,
        Func<string, (int Width, int Height)?> sizes,
        Action<DatasetProblem> report,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var maps = new DatasetPictureFiles(source, file => MapFile.IsPng(file) && IsMap(file));
        var files = new DatasetPictureFiles(source, file => !IsMap(file));
        foreach (var file in Needed(source))
        {
            await using var stream = await Spool.SeekableAsync(source, file, cancellationToken);
            var index = CocoIndex.Read(stream, file, report, cancellationToken);
            var part = DatasetPath.FileName(DatasetPath.Stem(file));
            foreach (var image in index.Images)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var masks = new List<DatasetMask>();
                foreach (var place in index.PlacesOf(image.Id).ToArray())
                {
                    try
                    {
                        var json = new byte[place.Length];
                        stream.Position = place.Offset;
                        stream.ReadExactly(json);
                        using var item = JsonFields.ParseObject(json);
                        var name = item.RootElement.Text("file_name").Replace('\\', '/');
                        var map = maps.Find($"{part}/{name}") ?? maps.Find(name) ?? throw new BadItemException(
                            "file_name", $"The dataset has no PNG \"{DatasetPath.Shown(name)}\".");
                        masks.AddRange(await MasksOf(
                            source, map, item.RootElement, image, index.Categories, report, cancellationToken));
                    }
                    catch (BadItemException exception)
                    {
                        report(exception.Of(image.Name));
                    }
                }

                yield return new()
                {
                    Name = image.Name,
                    Width = image.Width,
                    Height = image.Height,
                    Id = image.Id,
                    Split = image.Split ?? Splits.Of(part),
                    AttributesJson = image.AttributesJson,
                    File = files.Find(image.Name),
                    Masks = masks,
                };
            }
        }
    }

    private static bool IsMap(string path) => path.Contains("panoptic", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> FilesOf(IDatasetSource source) => JsonSniff.Files(
        source, MostFiles, sniff => !sniff.IsArray && sniff.Keys.Overlaps(["images", "annotations"])
            && sniff.InnerKeys.Contains("segments_info"));

    private static string[] Needed(IDatasetSource source)
    {
        var files = FilesOf(source).ToArray();
        return files.Length > 0 ? files
            // The pictures of a large file fill what is looked into.
            : source.Files.Where(file => JsonFile.IsJson(file) && IsMap(DatasetPath.FileName(file))).ToArray()
                is { Length: > 0 } named ? named
            : throw new DatasetFormatException(
                "No JSON file has annotations with segments_info. Pack COCO's panoptic JSON and its folder of PNG files.");
    }

    private static async Task<List<DatasetMask>> MasksOf(
        IDatasetSource source,
        string path,
        JsonElement annotation,
        CocoPicture image,
        CocoCategories categories,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        var map = await MapFile.ReadAsync(source, path, cancellationToken);
        if (map.Width != image.Width || map.Height != image.Height)
        {
            throw new BadItemException(
                "file_name", $"The PNG has {map.Width} x {map.Height} pixels, the picture {image.Width} x {image.Height}.");
        }

        var segments = LabelMapMasks.Split(map, _ => false, cancellationToken);
        var masks = new List<DatasetMask>();
        foreach (var item in JsonFields.Elements(annotation.Needed("segments_info"), "segments_info"))
        {
            try
            {
                var id = item.Whole("id");
                if (id is < 1 or > 0xFFFFFF || !segments.Remove((uint)id, out var mask))
                {
                    throw new BadItemException("id", $"The PNG has no pixel of the segment {id}.");
                }

                masks.Add(PanopticSegment.Read(item, categories.NameOf(item), mask));
            }
            catch (BadItemException exception)
            {
                report(exception.Of($"{image.Name}: segment {CocoFields.IdOf(item)}"));
            }
        }

        foreach (var number in segments.Keys)
        {
            report(new($"{image.Name}: segment {number}", "id", "The PNG has a segment that the JSON does not have."));
        }

        return masks;
    }
}
