using System.Runtime.CompilerServices;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;

namespace Segmentation.Formats.Coco;

/// <summary>Reads COCO's format of instances: one JSON file, or one for each part of the dataset.</summary>
internal sealed class CocoReader : IDatasetReader
{
    private const int MostFiles = 32;

    /// <inheritdoc />
    public string Format => "coco";

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
        var files = new DatasetPictureFiles(source);
        foreach (var file in Needed(source))
        {
            await using var stream = await Spool.SeekableAsync(source, file, cancellationToken);
            var index = CocoIndex.Read(stream, file, report, cancellationToken);
            foreach (var (image, count) in index.Strays())
            {
                report(new(file, "image_id", $"{count} annotations are of picture {image}, which the file does not have."));
            }

            foreach (var image in index.Images)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return new()
                {
                    Name = image.Name,
                    Width = image.Width,
                    Height = image.Height,
                    Id = image.Id,
                    Split = image.Split ?? Splits.Of(DatasetPath.FileName(file)),
                    AttributesJson = image.AttributesJson,
                    File = files.Find(image.Name),
                    Masks = MasksOf(stream, index, image, report, cancellationToken),
                };
            }
        }
    }

    private static IEnumerable<string> FilesOf(IDatasetSource source) =>
        JsonSniff.Files(source, MostFiles, sniff => !sniff.IsArray
            && sniff.Keys.Overlaps(["images", "annotations", "categories"])
            && !sniff.Keys.Overlaps(["image", "items", "shapes", "dm_format_version"]) && !sniff.InnerKeys.Contains("segments_info"));

    private static string[] Needed(IDatasetSource source) => FilesOf(source).ToArray() is { Length: > 0 } files
        ? files
        : throw new DatasetFormatException(
            "No file has COCO's arrays images, annotations and categories. Choose the JSON file of the dataset.");

    private static List<DatasetMask> MasksOf(
        Stream stream,
        CocoIndex index,
        CocoPicture image,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        var masks = new List<DatasetMask>();
        foreach (var place in index.PlacesOf(image.Id))
        {
            var json = new byte[place.Length];
            stream.Position = place.Offset;
            stream.ReadExactly(json);
            string? id = null;
            try
            {
                using var item = JsonFields.ParseObject(json);
                id = CocoFields.IdOf(item.RootElement);
                var label = index.Categories.NameOf(item.RootElement);
                masks.Add(CocoFields.Read(item.RootElement, label, image.Width, image.Height, cancellationToken));
            }
            catch (BadItemException exception)
            {
                report(exception.Of($"{image.Name}: annotation {id ?? $"at byte {place.Offset}"}"));
            }
        }

        return masks;
    }
}
