using System.Formats.Tar;
using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace Segmentation.Formats.Files;

/// <summary>
/// The files of a tar archive, read where they lie; an archive compressed with gzip is unpacked to a temporary file
/// first. Links, devices, files of one path and paths that lead out of the dataset are refused.
/// </summary>
public sealed class TarSource : IDatasetSource, IDisposable
{
    private readonly Dictionary<string, (long Start, long Length)> _files = new(StringComparer.Ordinal);
    private readonly FileStream _archive;

    private TarSource(FileStream archive, long packedBytes, ArchiveLimits limits)
    {
        _archive = archive;
        try
        {
            AddAll(packedBytes, limits);
            Files = [.. _files.Keys.Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            archive.Dispose();
            throw Damaged(exception);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public IReadOnlyList<string> Files { get; }

    private SafeFileHandle Handle => _archive.SafeFileHandle;

    /// <summary>Opens an archive and lists its files.</summary>
    /// <param name="file">Path of the archive, compressed with gzip or not.</param>
    /// <param name="limits">Bounds; null: the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DatasetFormatException">The file is no tar archive, or one that is refused.</exception>
    public static async Task<TarSource> OpenAsync(
        string file, ArchiveLimits? limits = null, CancellationToken cancellationToken = default)
    {
        limits ??= ArchiveLimits.Default;
        var archive = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        var isPacked = archive.ReadByte() == 0x1f && archive.ReadByte() == 0x8b;
        archive.Position = 0;
        if (!isPacked)
        {
            return new(archive, archive.Length, limits);
        }

        await using (archive)
        {
            return new(await UnpackAsync(archive, limits, cancellationToken), archive.Length, limits);
        }
    }

    /// <inheritdoc />
    public long SizeOf(string path) => Place(path).Length;

    /// <inheritdoc />
    public Stream Open(string path)
    {
        var (start, length) = Place(path);
        return new FilePart(Handle, start, length);
    }

    /// <inheritdoc />
    public void Dispose() => _archive.Dispose();

    private static async Task<FileStream> UnpackAsync(
        FileStream archive, ArchiveLimits limits, CancellationToken cancellationToken)
    {
        var unpacked = Spool.Create();
        try
        {
            await using var gzip = new GZipStream(archive, CompressionMode.Decompress, leaveOpen: true);
            var buffer = new byte[1 << 17];
            for (int read; (read = await gzip.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                limits.Check("The archive", 0, unpacked.Length + read, archive.Length);
                await unpacked.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            unpacked.Position = 0;
            return unpacked;
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            await unpacked.DisposeAsync();
            throw Damaged(exception);
        }
        catch
        {
            await unpacked.DisposeAsync();
            throw;
        }
    }

    private static bool IsDamage(Exception exception) =>
        exception is InvalidDataException or EndOfStreamException or FormatException or NotSupportedException
            or ArgumentException or OverflowException;

    private static DatasetFormatException Damaged(Exception exception) =>
        new("The file is no complete tar archive. Upload the archive again, or pack the dataset again.", exception);

    private (long Start, long Length) Place(string path) => _files.TryGetValue(path, out var place)
        ? place
        : throw new FileNotFoundException("The dataset has no such file.", path);

    private void AddAll(long packedBytes, ArchiveLimits limits)
    {
        using var reader = new TarReader(_archive, leaveOpen: true);
        long total = 0;
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes)
            {
                continue;
            }

            var path = DatasetPath.Of(entry.Name);
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile
                or TarEntryType.ContiguousFile))
            {
                throw new DatasetFormatException(
                    $"{path} is a link or no plain file. Pack the dataset again with the file itself.");
            }

            limits.Check(path, entry.Length, total += entry.Length, packedBytes);
            limits.CheckCount(_files.Count + 1);
            if (entry.Length > 0 && entry.DataOffset + entry.Length > _archive.Length)
            {
                throw new EndOfStreamException();
            }

            if (!Clutter.Is(path) && !_files.TryAdd(path, (Math.Max(0, entry.DataOffset), entry.Length)))
            {
                throw new DatasetFormatException(
                    $"The archive has {path} twice. Pack the dataset again with each file once.");
            }
        }
    }
}
