namespace Segmentation.Formats.Files;

/// <summary>A dataset that is one file.</summary>
/// <param name="file">Path of the file.</param>
/// <param name="name">Name of the file in the dataset; null: that of the path.</param>
public sealed class SingleFileSource(string file, string? name = null) : IDatasetSource
{
    private readonly string _name = DatasetPath.Part(name ?? Path.GetFileName(file));

    /// <inheritdoc />
    public IReadOnlyList<string> Files => [_name];

    /// <inheritdoc />
    public long SizeOf(string path) => path == _name ? new FileInfo(file).Length : throw Missing(path);

    /// <inheritdoc />
    public Stream Open(string path) => path == _name
        ? new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read)
        : throw Missing(path);

    private static FileNotFoundException Missing(string path) => new("The dataset has no such file.", path);
}
