using System.Runtime.CompilerServices;
using System.Text.Json;
using Segmentation.Formats.Coco;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;

namespace Segmentation.Formats.Sa1b;

/// <summary>Reads SA-1B's format: a JSON file for each picture, beside the picture.</summary>
internal sealed class Sa1bReader : IDatasetReader
{
    private const int MostLookedInto = 16;

    /// <inheritdoc />
    public string Format => "sa1b";

    /// <inheritdoc />
    public bool Recognises(IDatasetSource source) => JsonSniff.Files(source, MostLookedInto, IsSa1b).Any();

    /// <inheritdoc />
    public async Task<IReadOnlyList<DatasetLabel>> ReadLabelsAsync(
        IDatasetSource source, CancellationToken cancellationToken)
    {
        var labels = new DistinctLabels();
        foreach (var file in source.Files.Where(JsonFile.IsJson))
        {
            using var document = await JsonFile.TryReadAsync(source, file, _ => { }, cancellationToken);
            labels.Add(document is null ? [] : CategoriesOf(document.RootElement, file, _ => { }).Labels);
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
        if (!Recognises(source))
        {
            throw new DatasetFormatException(
                "No JSON file has SA-1B's image and annotations. Choose a folder or tar archive of SA-1B's files.");
        }

        var files = new DatasetPictureFiles(source);
        foreach (var file in source.Files.Where(JsonFile.IsJson))
        {
            using var document = await JsonFile.TryReadAsync(source, file, report, cancellationToken);
            if (document is not null && PictureOf(document.RootElement, file, files, report, cancellationToken) is { } one)
            {
                yield return one;
            }
        }
    }

    private static bool IsSa1b(JsonSniff sniff) => !sniff.IsArray && sniff.Keys.Contains("image")
        && (sniff.Keys.Contains("annotations") || sniff.InnerKeys.Contains("image_id"));

    private static DatasetPicture? PictureOf(
        JsonElement root,
        string file,
        DatasetPictureFiles files,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        try
        {
            var image = root.Needed("image");
            var (width, height) = DatasetPictureSize.Checked(image.Whole("width"), image.Whole("height"));
            var name = image.Text("file_name").Replace('\\', '/');
            var categories = CategoriesOf(root, file, report);
            return new()
            {
                Name = name,
                Width = width,
                Height = height,
                Id = image.WholeOrNull("image_id") ?? 0,
                Split = image.TextOrNull("split"),
                AttributesJson = JsonText.AttributesOf(image),
                File = files.Find(name),
                Masks = [.. MasksOf(root.Needed("annotations"), categories, name, width, height, report, cancellationToken)],
            };
        }
        catch (BadItemException exception)
        {
            report(exception.Of(file));
            return null;
        }
    }

    private static IEnumerable<DatasetMask> MasksOf(
        JsonElement annotations,
        CocoCategories categories,
        string name,
        int width,
        int height,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        var index = 0;
        foreach (var item in JsonFields.Elements(annotations, "annotations"))
        {
            DatasetMask? mask = null;
            try
            {
                mask = CocoFields.Read(item, categories.NameOf(item), width, height, cancellationToken);
            }
            catch (BadItemException exception)
            {
                report(exception.Of($"{name}: annotation {CocoFields.IdOf(item) ?? $"at place {index}"}"));
            }

            index++;
            if (mask is not null)
            {
                yield return mask;
            }
        }
    }

    private static CocoCategories CategoriesOf(JsonElement root, string file, Action<DatasetProblem> report)
    {
        var categories = new CocoCategories();
        if (root.Field("categories") is { ValueKind: JsonValueKind.Array } items)
        {
            foreach (var item in items.EnumerateArray())
            {
                try
                {
                    categories.Add(item);
                }
                catch (BadItemException exception)
                {
                    report(exception.Of($"{file}: categories"));
                }
            }
        }

        return categories;
    }
}
