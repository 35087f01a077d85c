using Segmentation.Formats;
using Segmentation.Formats.Files;
using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Transfers.Uploads;

/// <summary>
/// An upload as one file on this machine's disk, in the folder that <c>TMPDIR</c> names: archives are read at any place.
/// </summary>
internal sealed class UploadedFile : IAsyncDisposable
{
    /// <summary>Beginning of the names of such files.</summary>
    public const string Prefix = "segmentation-upload-";

    private readonly string _path;

    private UploadedFile(string path, IDatasetSource source) => (_path, Source) = (path, source);

    /// <summary>The files of the archive, or the one file.</summary>
    public IDatasetSource Source { get; }

    /// <summary>Copies an upload to the disk and opens it.</summary>
    /// <param name="uploads">The parts.</param>
    /// <param name="upload">The upload.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DatasetFormatException">The archive is damaged or refused.</exception>
    public static async Task<UploadedFile> OpenAsync(
        UploadStore uploads, UploadRow upload, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Prefix}{Guid.NewGuid():n}");
        try
        {
            await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
            {
                await uploads.CopyAsync(upload, file, cancellationToken);
            }

            return new UploadedFile(
                path,
                await DatasetSources.OpenAsync(path, Path.GetFileName(upload.FileName), null, cancellationToken));
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        (Source as IDisposable)?.Dispose();
        File.Delete(_path);
        return ValueTask.CompletedTask;
    }
}
