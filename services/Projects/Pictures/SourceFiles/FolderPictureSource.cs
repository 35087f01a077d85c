using System.Runtime.CompilerServices;
using Segmentation.Projects.Objects;

namespace Segmentation.Projects.Pictures.SourceFiles;

/// <summary>Files of a folder. Links below the folder are not followed: they may lead anywhere.</summary>
/// <param name="root">The folder, free of links.</param>
internal sealed class FolderPictureSource(string root) : IPictureSource
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<ObjectEntry> ListAsync(
        string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Reading a folder blocks: the caller's thread is given back first.
        await Task.Yield();
        foreach (var (path, size) in FolderListing.Files(root, "", after))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ObjectEntry(path, size);
        }
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenAsync(string path, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var parts = path.Split('/');
        var at = root;
        foreach (var part in parts)
        {
            at = Path.Combine(at, part);
            if (part is "" or "." or ".." || Path.IsPathRooted(part) || new FileInfo(at).LinkTarget is not null)
            {
                return Task.FromResult<Stream?>(null);
            }
        }

        try
        {
            return Task.FromResult<Stream?>(new FileStream(
                at,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 1,
                FileOptions.Asynchronous | FileOptions.SequentialScan));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException
            or UnauthorizedAccessException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }
}
