namespace Segmentation.Formats.Files;

/// <summary>The files of a folder and its folders. Links are refused: they may lead anywhere.</summary>
public sealed class FolderSource : IDatasetSource
{
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);
    private readonly string _folder;

    /// <summary>Lists a folder.</summary>
    /// <param name="folder">Path of the folder.</param>
    /// <param name="limits">Bounds; null: the defaults.</param>
    /// <exception cref="DatasetFormatException">The folder has a link, or too many files.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public FolderSource(string folder, ArchiveLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        _folder = Path.GetFullPath(folder);
        foreach (var entry in new DirectoryInfo(_folder).EnumerateFileSystemInfos("*", SearchOption.TopDirectoryOnly))
        {
            Add(entry, limits ?? ArchiveLimits.Default);
        }

        Files = [.. _sizes.Keys.Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Files { get; }

    /// <inheritdoc />
    public long SizeOf(string path) =>
        _sizes.TryGetValue(path, out var size) ? size : throw Missing(path);

    /// <inheritdoc />
    public Stream Open(string path) => _sizes.ContainsKey(path)
        ? new FileStream(Path.Combine(_folder, path), FileMode.Open, FileAccess.Read, FileShare.Read)
        : throw Missing(path);

    private static FileNotFoundException Missing(string path) => new("The dataset has no such file.", path);

    private void Add(FileSystemInfo entry, ArchiveLimits limits)
    {
        if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            throw new DatasetFormatException(
                $"{Path.GetRelativePath(_folder, entry.FullName)} is a link. Put the file itself there.");
        }

        if (entry is DirectoryInfo folder)
        {
            foreach (var inner in folder.EnumerateFileSystemInfos())
            {
                Add(inner, limits);
            }
        }
        else if (entry is FileInfo file)
        {
            var path = Path.GetRelativePath(_folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (!Clutter.Is(path))
            {
                _sizes.Add(path, file.Length);
                limits.CheckCount(_sizes.Count);
            }
        }
    }
}
