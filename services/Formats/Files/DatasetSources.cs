namespace Segmentation.Formats.Files;

/// <summary>Opens datasets, whatever they are packed in.</summary>
public static class DatasetSources
{
    private const int TarMagicAt = 257;

    /// <summary>
    /// Opens a folder, a zip or tar archive (compressed with gzip or not; told by their first bytes), or a single file.
    /// Dispose the source where it is <see cref="IDisposable"/>.
    /// </summary>
    /// <param name="path">Path of the folder or file.</param>
    /// <param name="name">Name of a single file in the dataset; null: that of the path.</param>
    /// <param name="limits">Bounds; null: the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DatasetFormatException">The archive is damaged or refused.</exception>
    public static async Task<IDatasetSource> OpenAsync(
        string path,
        string? name = null,
        ArchiveLimits? limits = null,
        CancellationToken cancellationToken = default)
    {
        if (Directory.Exists(path))
        {
            return new FolderSource(path, limits);
        }

        var head = new byte[512];
        int length;
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            length = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        }

        var start = head.AsMemory(0, length);
        return IsZip(start.Span) ? new ZipSource(path, limits)
            : IsTar(start.Span) || IsGzip(start.Span) ? await TarSource.OpenAsync(path, limits, cancellationToken)
            : new SingleFileSource(path, name);
    }

    private static bool IsZip(ReadOnlySpan<byte> head) =>
        head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8);

    private static bool IsGzip(ReadOnlySpan<byte> head) => head.Length > 1 && head[0] == 0x1f && head[1] == 0x8b;

    private static bool IsTar(ReadOnlySpan<byte> head) =>
        head.Length > TarMagicAt + 5 && head[TarMagicAt..].StartsWith("ustar"u8);
}
