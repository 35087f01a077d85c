using System.IO.Compression;

namespace Segmentation.Formats.Files;

/// <summary>
/// Writes a dataset as a zip archive while it grows; archives and files beyond 4 GiB become zip64. Disposing writes the
/// archive's directory, without which the archive is not complete.
/// </summary>
/// <param name="output">Takes the archive; left open.</param>
public sealed class ZipSink(Stream output) : IDatasetSink, IDisposable
{
    private static readonly HashSet<string> _packed =
        new([".jpg", ".jpeg", ".png", ".webp", ".gif", ".zip", ".gz"], StringComparer.OrdinalIgnoreCase);

    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly ZipArchive _archive = new(output, ZipArchiveMode.Create, leaveOpen: true);

    /// <inheritdoc />
    /// <exception cref="DatasetFormatException">The path leads out of the dataset.</exception>
    /// <exception cref="IOException">The archive has such a file already, or the last file is still open.</exception>
    public Stream Create(string path)
    {
        path = DatasetPath.Of(path);
        if (!_paths.Add(path))
        {
            throw new IOException($"The archive has {path} already.");
        }

        var isPacked = _packed.Contains(Path.GetExtension(path));
        return _archive.CreateEntry(path, isPacked ? CompressionLevel.NoCompression : CompressionLevel.Fastest).Open();
    }

    /// <inheritdoc />
    public void Dispose() => _archive.Dispose();
}
