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
    public Task<IReadOnlyList<DatasetLabel>> ReadLabelsAsync(
        IDatasetSource source, CancellationToken cancellationToken)
    {
        // Label Studio keeps its labels in the project's configuration, which exports do not have.
        var labels = new DistinctLabels();
        foreach (var path in Needed(source))
        {
            using var stream = source.Open(path);
            foreach (var piece in JsonPieces.Read(stream, path, cancellationToken))
            {
                try
                {
                    using var item = JsonFields.ParseObject(piece.Json);
                    labels.Add(LabelStudioTask.LabelsOf(item.RootElement));
                }
                catch (BadItemException)
                {
                    // Reported where the task is read.
                }
            }
        }

        return Task.FromResult(labels.All);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<DatasetPicture> ReadAsync(
        IDatasetSource source,
        Func<string, (int Width, int Height)?> sizes,
        Action<DatasetProblem> report,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var task = new LabelStudioTask(new(source), sizes, report, cancellationToken);
        foreach (var path in Needed(source))
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

    private static string[] Needed(IDatasetSource source) => FilesOf(source).ToArray() is { Length: > 0 } files
        ? files
        : throw new DatasetFormatException(
            "No JSON file is an array of Label Studio's tasks. Export from Label Studio as \"JSON\", not as "
            + "\"JSON-MIN\".");

    private static IEnumerable<string> FilesOf(IDatasetSource source) => JsonSniff.Files(
        source, MostLookedInto,
        sniff => sniff.IsArray
            && sniff.Keys.Overlaps(["data", "annotations", "completions", "predictions"]));
}
