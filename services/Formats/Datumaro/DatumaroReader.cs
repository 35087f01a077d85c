using System.Runtime.CompilerServices;
using System.Text.Json;
using Segmentation.Formats.Files;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;

namespace Segmentation.Formats.Datumaro;

/// <summary>Reads Datumaro's JSON: a file for each part of the dataset, with masks and polygons by picture.</summary>
internal sealed class DatumaroReader : IDatasetReader
{
    private const int MostFiles = 32;

    /// <inheritdoc />
    public string Format => "datumaro";

    /// <inheritdoc />
    public bool Recognises(IDatasetSource source) => FilesOf(source).Any();

    /// <inheritdoc />
    public Task<IReadOnlyList<DatasetLabel>> ReadLabelsAsync(
        IDatasetSource source, CancellationToken cancellationToken)
    {
        var names = Needed(source)
            .SelectMany(file => LabelsOf(source, file, _ => { }, cancellationToken).Names)
            .Distinct(StringComparer.Ordinal);
        return Task.FromResult<IReadOnlyList<DatasetLabel>>(
            [.. names.Select((name, index) => new DatasetLabel(index + 1, name))]);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<DatasetPicture> ReadAsync(
        IDatasetSource source,
        Func<string, (int Width, int Height)?> sizes,
        Action<DatasetProblem> report,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = new DatasetPictureFiles(source);
        foreach (var path in Needed(source))
        {
            // The labels may stand behind the pictures.
            var labels = LabelsOf(source, path, report, cancellationToken);
            var reader = new DatumaroItem(labels, files, sizes, report, cancellationToken);
            var split = Splits.Of(DatasetPath.Stem(DatasetPath.FileName(path)));
            await using var stream = source.Open(path);
            foreach (var piece in JsonPieces.Read(stream, path, cancellationToken))
            {
                DatasetPicture? picture = null;
                try
                {
                    if (piece is { Property: "items", Index: >= 0 })
                    {
                        using var item = JsonFields.ParseObject(piece.Json);
                        picture = reader.Read(item.RootElement) with { Split = split };
                    }
                }
                catch (BadItemException exception)
                {
                    report(exception.Of($"{path}: items[{piece.Index}]"));
                }

                if (picture is not null)
                {
                    yield return picture;
                }
            }
        }
    }

    private static IEnumerable<string> FilesOf(IDatasetSource source) => JsonSniff.Files(
        source, MostFiles, sniff => !sniff.IsArray && (sniff.Keys.Contains("items")
            || sniff.Keys.Contains("dm_format_version") || sniff.Keys.IsSupersetOf(["info", "categories"]))
            && !sniff.Keys.Overlaps(["annotations", "images", "licenses"]));

    private static string[] Needed(IDatasetSource source) => FilesOf(source).ToArray() is { Length: > 0 } files
        ? files
        : throw new DatasetFormatException(
            "No JSON file has Datumaro's categories and items. Export with Datumaro's format \"datumaro\".");

    private static DatumaroLabels LabelsOf(
        IDatasetSource source, string path, Action<DatasetProblem> report, CancellationToken cancellationToken)
    {
        var labels = new DatumaroLabels();
        using var stream = source.Open(path);
        foreach (var piece in JsonPieces.Read(stream, path, cancellationToken))
        {
            try
            {
                if (piece is { Property: "categories", Index: < 0 })
                {
                    using var document = JsonDocument.Parse(piece.Json);
                    labels.Read(document.RootElement);
                    return labels;
                }
            }
            catch (BadItemException exception)
            {
                report(exception.Of($"{path}: categories"));
            }
        }

        return labels;
    }
}
