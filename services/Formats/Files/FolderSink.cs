namespace Segmentation.Formats.Files;

/// <summary>Writes a dataset into a folder, which is made where there is none.</summary>
/// <param name="folder">Path of the folder.</param>
public sealed class FolderSink(string folder) : IDatasetSink
{
    /// <inheritdoc />
    /// <exception cref="DatasetFormatException">The path leads out of the folder.</exception>
    /// <exception cref="IOException">The folder has such a file already.</exception>
    public Stream Create(string path)
    {
        var file = Path.Combine(folder, DatasetPath.Of(path));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
    }
}
