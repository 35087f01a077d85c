using System.IO.Compression;

namespace Segmentation.Formats.Files;

/// <summary>
/// The files of a zip archive, read where they lie. Links, encrypted files, files of one path and paths that lead out of
/// the dataset are refused, and so is an archive that unpacks to more than its bounds.
/// </summary>
public sealed class ZipSource : IDatasetSource, IDisposable
{
    private const int FileTypeBits = 0xF000;
    private const int LinkType = 0xA000;

    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly ZipArchive _archive;

    /// <summary>Reads the archive's directory.</summary>
    /// <param name="file">Path of the archive.</param>
    /// <param name="limits">Bounds; null: the defaults.</param>
    /// <exception cref="DatasetFormatException">The file is no zip archive, or one that is refused.</exception>
    public ZipSource(string file, ArchiveLimits? limits = null)
        : this(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read), limits)
    {
    }

    /// <summary>Reads the archive's directory.</summary>
    /// <param name="archive">The archive, which can seek; disposed with the source.</param>
    /// <param name="limits">Bounds; null: the defaults.</param>
    /// <exception cref="DatasetFormatException">The file is no zip archive, or one that is refused.</exception>
    public ZipSource(Stream archive, ArchiveLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(archive);
        try
        {
            limits ??= ArchiveLimits.Default;
            limits.CheckCount(ZipDirectory.CountOf(archive));
            _archive = new(archive, ZipArchiveMode.Read);
            AddAll(archive.Length, limits);
            Files = [.. _entries.Keys.Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or IOException)
        {
            archive.Dispose();
            throw new DatasetFormatException(
                "The file is no complete zip archive. Upload the archive again, or pack the dataset again.", exception);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Files { get; }

    /// <inheritdoc />
    public long SizeOf(string path) => Entry(path).Length;

    /// <inheritdoc />
    public Stream Open(string path)
    {
        var entry = Entry(path);
        try
        {
            return new BoundedStream(entry.Open(), path, entry.Length);
        }
        catch (Exception exception) when (exception is InvalidDataException or NotSupportedException)
        {
            throw new DatasetFormatException(
                $"{path} is damaged in the archive, or compressed in a way that is not known. Pack the dataset again.",
                exception);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _archive.Dispose();

    private ZipArchiveEntry Entry(string path) => _entries.TryGetValue(path, out var entry)
        ? entry
        : throw new FileNotFoundException("The dataset has no such file.", path);

    private void AddAll(long archiveBytes, ArchiveLimits limits)
    {
        long total = 0;
        foreach (var entry in _archive.Entries)
        {
            if (entry.FullName.EndsWith('/') || entry.FullName.EndsWith('\\'))
            {
                continue;
            }

            var path = DatasetPath.Of(entry.FullName);
            limits.Check(path, entry.Length, total += entry.Length, archiveBytes);
            if (((entry.ExternalAttributes >> 16) & FileTypeBits) == LinkType)
            {
                throw new DatasetFormatException($"{path} is a link. Pack the dataset again with the file itself.");
            }

            if (entry.IsEncrypted)
            {
                throw new DatasetFormatException($"{path} is encrypted. Pack the dataset again without a password.");
            }

            if (!Clutter.Is(path) && !_entries.TryAdd(path, entry))
            {
                throw new DatasetFormatException(
                    $"The archive has {path} twice. Pack the dataset again with each file once.");
            }
        }
    }
}
