namespace Segmentation.Formats.Files;

/// <summary>Temporary files, in the folder that TMPDIR names, which are gone when they are closed.</summary>
internal static class Spool
{
    /// <summary>Creates an empty file.</summary>
    public static FileStream Create() => new(
        Path.Combine(Path.GetTempPath(), $"segmentation-{Guid.NewGuid():N}.spool"),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 1 << 16,
            Options = FileOptions.DeleteOnClose,
        });

    /// <summary>
    /// Opens a file of a dataset so that it can be read at any place: from a copy where it has to be.
    /// </summary>
    /// <param name="source">The dataset.</param>
    /// <param name="path">Path of the file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<Stream> SeekableAsync(
        IDatasetSource source, string path, CancellationToken cancellationToken)
    {
        var stream = source.Open(path);
        if (stream.CanSeek)
        {
            return stream;
        }

        await using (stream)
        {
            var copy = Create();
            try
            {
                await stream.CopyToAsync(copy, cancellationToken);
                copy.Position = 0;
                return copy;
            }
            catch
            {
                await copy.DisposeAsync();
                throw;
            }
        }
    }
}
