using System.Runtime.CompilerServices;
using System.Text.Json;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;

namespace Segmentation.Formats.Labelme;

/// <summary>Reads labelme's JSON: a file for each picture.</summary>
internal sealed class LabelmeReader : IDatasetReader
{
    private const int MostLookedInto = 16;

    /// <inheritdoc />
    public string Format => "labelme";

    /// <inheritdoc />
    public bool Recognises(IDatasetSource source) => JsonSniff.Files(
        source, MostLookedInto, sniff => !sniff.IsArray && sniff.Keys.Contains("shapes")).Any();

    /// <inheritdoc />
    public async Task<IReadOnlyList<DatasetLabel>> ReadLabelsAsync(
        IDatasetSource source, CancellationToken cancellationToken)
    {
        Require(source);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in source.Files.Where(JsonFile.IsJson))
        {
            using var document = await JsonFile.TryReadAsync(source, path, _ => { }, cancellationToken);
            if (document?.RootElement.Field("shapes") is { ValueKind: JsonValueKind.Array } shapes)
            {
                names.UnionWith(shapes.EnumerateArray().Select(LabelmeShape.LabelOf).OfType<string>());
            }
        }

        return [.. names.Select((name, index) => new DatasetLabel(index + 1, name))];
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<DatasetPicture> ReadAsync(
        IDatasetSource source,
        Func<string, (int Width, int Height)?> sizes,
        Action<DatasetProblem> report,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Require(source);
        var files = new DatasetPictureFiles(source);
        foreach (var path in source.Files.Where(JsonFile.IsJson))
        {
            using var document = await JsonFile.TryReadAsync(source, path, report, cancellationToken);
            if (document is not null && Read(document.RootElement, path, files, sizes, report, cancellationToken) is { } one)
            {
                yield return one;
            }
        }
    }

    private void Require(IDatasetSource source)
    {
        if (!Recognises(source))
        {
            throw new DatasetFormatException(
                "No JSON file has labelme's shapes. Choose the folder in which labelme saved its files.");
        }
    }

    private static DatasetPicture? Read(
        JsonElement root,
        string path,
        DatasetPictureFiles files,
        Func<string, (int Width, int Height)?> sizes,
        Action<DatasetProblem> report,
        CancellationToken cancellationToken)
    {
        try
        {
            var (name, file) = NameOf(root, path, files);
            var (width, height) = root.Field("imageWidth") is null
                ? DatasetPictureSize.Known(name, file, sizes)
                : DatasetPictureSize.Checked(root.Whole("imageWidth"), root.Whole("imageHeight"));
            var masks = new List<DatasetMask>();
            var index = 0;
            foreach (var shape in JsonFields.Elements(root.Needed("shapes"), "shapes"))
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    masks.Add(LabelmeShape.Read(shape, width, height, cancellationToken));
                }
                catch (BadItemException exception)
                {
                    report(exception.Of($"{path}: shape {index}"));
                }

                index++;
            }

            var more = root.Field("segmentation") ?? default;
            return new()
            {
                Name = name,
                Width = width,
                Height = height,
                Split = Splits.Of(more.TextOrNull("split")),
                AttributesJson = JsonText.AttributesOf(more),
                File = file,
                Masks = masks,
            };
        }
        catch (BadItemException exception)
        {
            report(exception.Of(path));
            return null;
        }
    }

    /// <summary>The picture's path is relative to the file, which lies in the folder of the annotations.</summary>
    private static (string Name, string? File) NameOf(JsonElement root, string path, DatasetPictureFiles files)
    {
        if ((root.Field("segmentation") ?? default).TextOrNull("file_name") is { } own)
        {
            return (own, files.Find(own));
        }

        var given = root.Text("imagePath").Replace('\\', '/');
        var name = given.Contains("../", StringComparison.Ordinal) || given.StartsWith('/')
            ? DatasetPath.FileName(given)
            : DatasetPath.Safe(DatasetPath.Folder(path) + given);
        return (name, files.Find(name) ?? files.Find(DatasetPath.FileName(name)));
    }
}
