namespace Segmentation.Projects.Objects;

/// <summary>
/// Objects as files of a folder. A file is written beside its place and renamed when all of it is on the disk, so that
/// a process or a machine that dies leaves the old object or the new one.
/// </summary>
internal sealed class FolderStore : IObjectStore
{
    /// <summary>Files that are being written lie here: no key begins with a dot.</summary>
    private const string Unfinished = ".unfinished";

    private const int BufferBytes = 64 * 1024;

    // No write lasts longer: older files are of processes that died.
    private static readonly TimeSpan _longestWrite = TimeSpan.FromDays(1);

    private readonly string _root;
    private readonly Lazy<string> _unfinished;

    /// <summary>Opens a store, whose folder is created by the first write.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="clock">The clock by which files of dead processes are recognised.</param>
    public FolderStore(string root, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _root = Path.GetFullPath(root);
        _unfinished = new(() => Prepare(clock), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <inheritdoc/>
    public Task<long?> FindAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var file = new FileInfo(PathOf(key));
        return Task.FromResult<long?>(file.Exists ? file.Length : null);
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenAsync(string key, long from, long? length, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        try
        {
            var file = new FileStream(
                PathOf(key),
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 1,
                FileOptions.Asynchronous);
            file.Position = Math.Min(from, file.Length);
            return Task.FromResult<Stream?>(length is { } most ? new LimitedStream(file, most) : file);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
        catch (Exception error) when (IsFailure(error))
        {
            throw Failed("read", key, error);
        }
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string key, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var path = PathOf(key);
        var unfinished = "";
        // Failures of the content are the caller's, and pass as they are.
        var isReading = false;
        try
        {
            unfinished = Path.Combine(_unfinished.Value, Guid.NewGuid().ToString("n"));
            await using (var file = new FileStream(
                unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous))
            {
                var buffer = new byte[BufferBytes];
                while (true)
                {
                    isReading = true;
                    var read = await content.ReadAsync(buffer, cancellationToken);
                    isReading = false;
                    if (read == 0)
                    {
                        break;
                    }

                    await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                }

                file.Flush(flushToDisk: true);
            }

            var folder = Path.GetDirectoryName(path)!;
            Directory.CreateDirectory(folder);
            File.Move(unfinished, path, overwrite: true);
            DiskFolders.Flush(folder, _root);
        }
        catch (Exception error)
        {
            if (unfinished.Length > 0)
            {
                File.Delete(unfinished);
            }

            if (!isReading && IsFailure(error))
            {
                throw Failed("write", key, error);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            File.Delete(PathOf(key));
        }
        catch (DirectoryNotFoundException)
        {
            // No folder, no object.
        }
        catch (Exception error) when (IsFailure(error))
        {
            throw Failed("delete", key, error);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectEntry> ListAsync(
        string prefix,
        string after,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var (path, size) in FolderListing.Files(_root, prefix, after))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ObjectEntry(path, size);
        }
    }

    /// <inheritdoc/>
    public Task<Uri?> PresignAsync(
        string key, string fileName, TimeSpan lifetime, CancellationToken cancellationToken) =>
        Task.FromResult<Uri?>(null);

    private static bool IsFailure(Exception error) => error is IOException or UnauthorizedAccessException;

    private static ObjectStoreException Failed(string verb, string key, Exception error) =>
        new($"The folder of objects could not {verb} '{key}': {error.Message}", error);

    /// <summary>Creates the folder of unfinished files, and deletes those of processes that died.</summary>
    private string Prepare(TimeProvider clock)
    {
        var unfinished = Directory.CreateDirectory(Path.Combine(_root, Unfinished));
        foreach (var file in unfinished.EnumerateFiles())
        {
            if (clock.GetUtcNow() - file.LastWriteTimeUtc > _longestWrite)
            {
                file.Delete();
            }
        }

        return unfinished.FullName;
    }

    private string PathOf(string key) => Path.Combine(_root, ObjectKeyCheck.Checked(key));
}
