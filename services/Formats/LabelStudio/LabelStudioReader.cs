using System.Runtime.CompilerServices;
using Segmentation.Formats.Items;
using Segmentation.Formats.Json;

namespace Segmentation.Formats.LabelStudio;

/// <summary>Reads Label Studio's JSON: an array of tasks with brushes and polygons.</summary>
internal sealed class LabelStudioReader : IDatasetReader
{
    private const int MostLookedInto = 8;

    /// <inheritdoc />
    public string Format => "label-studio";

    /// <inheritdoc />
    public bool Recognises(IDatasetSource source) => FilesOf(source).Any();

    /// <inheritdoc />
    public async Task<IReadOnlyList<DatasetLabel>> ReadLabelsAsync(
        IDatasetSource source, CancellationToken cancellationToken)
    {
        // Label Studio keeps its labels in the project's configuration, which exports do not have.
        var names = new List<string>();
        await foreach (var picture in ReadAsync(source, _ => null, _ => { }, cancellationToken))
        {
            foreach (var mask in picture.Masks)
            {
                if (mask.Label is { } name && !names.Contains(name))
                {
                    names.Add(name);
                }
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
        var paths = FilesOf(source).ToArray();
        if (paths.Length == 0)
        {
            throw new DatasetFormatException(
                "No JSON file is an array of Label Studio's tasks. Export from Label Studio as \"JSON\", not as "
                + "\"JSON-MIN\".");
        }

        var task = new LabelStudioTask(new(source), sizes, report, cancellationToken);
        foreach (var path in paths)
        {
            await using var stream = source.Open(path);
            foreach (var piece in JsonPieces.Read(stream, path, cancellationToken))
            {
                DatasetPicture? picture = null;
                try
                {
                    using var item = JsonFields.ParseObject(piece.Json);
                    picture = task.Read(item.RootElement);
                }
                catch (BadItemException exception)
                {
                    report(exception.Of($"{path}: task at place {piece.Index}"));
                }

                if (picture is not null)
                {
                    yield return picture;
                }
            }
        }
    }

    private static IEnumerable<string> FilesOf(IDatasetSource source) => JsonSniff.Files(
        source, MostLookedInto,
        sniff => sniff.IsArray
            && sniff.Keys.Overlaps(["data", "annotations", "completions", "predictions"]));
}
