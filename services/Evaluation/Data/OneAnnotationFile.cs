using Segmentation.Formats;

namespace Segmentation.Evaluation.Data;

/// <summary>A folder of which one JSON file counts: other JSON files in it may be of other data.</summary>
/// <param name="folder">The folder.</param>
/// <param name="file">Path of the file in it.</param>
internal sealed class OneAnnotationFile(IDatasetSource folder, string file) : IDatasetSource
{
    /// <inheritdoc />
    public IReadOnlyList<string> Files { get; } = [.. folder.Files.Where(path =>
        path == file || !path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))];

    /// <inheritdoc />
    public long SizeOf(string path) => folder.SizeOf(path);

    /// <inheritdoc />
    public Stream Open(string path) => folder.Open(path);
}
