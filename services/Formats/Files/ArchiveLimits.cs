namespace Segmentation.Formats.Files;

/// <summary>
/// Bounds of what an archive may hold. An archive beyond one of them is refused before anything of it is read.
/// </summary>
public sealed record ArchiveLimits
{
    /// <summary>The defaults.</summary>
    public static ArchiveLimits Default { get; } = new();

    /// <summary>Files in an archive.</summary>
    public int MaxFiles { get; init; } = 2_000_000;

    /// <summary>Bytes of one file, uncompressed.</summary>
    public long MaxFileBytes { get; init; } = 64L << 30;

    /// <summary>Bytes of all files, uncompressed.</summary>
    public long MaxTotalBytes { get; init; } = 4L << 40;

    /// <summary>
    /// Uncompressed bytes for each byte of the archive, over all files. Deflate cannot exceed 1032 in honest archives;
    /// annotations of real projects stay below 50.
    /// </summary>
    public int MaxRatio { get; init; } = 200;

    /// <summary>Uncompressed bytes up to which the ratio does not matter.</summary>
    public long RatioFreeBytes { get; init; } = 64L << 20;

    /// <summary>Refuses a file that is too large, or that makes all files together too large.</summary>
    /// <param name="path">Path of the file in the archive.</param>
    /// <param name="bytes">Uncompressed bytes of the file.</param>
    /// <param name="total">Uncompressed bytes of all files so far, this one among them.</param>
    /// <param name="archiveBytes">Bytes of the archive.</param>
    /// <exception cref="DatasetFormatException">A bound is crossed.</exception>
    internal void Check(string path, long bytes, long total, long archiveBytes)
    {
        if (bytes > MaxFileBytes)
        {
            throw new DatasetFormatException(
                $"{path} has {bytes} bytes; a file in an archive may have at most {MaxFileBytes}. Split the file.");
        }

        if (total > MaxTotalBytes)
        {
            throw new DatasetFormatException(
                $"The archive's files have more than {MaxTotalBytes} bytes together. Split the archive.");
        }

        if (total > RatioFreeBytes && total / Math.Max(1, archiveBytes) >= MaxRatio)
        {
            throw new DatasetFormatException(
                $"The archive of {archiveBytes} bytes unpacks to more than {MaxRatio} times its size, as an archive made "
                + "to exhaust a server does. Pack the dataset without compression.");
        }
    }

    /// <summary>Refuses an archive of too many files.</summary>
    /// <exception cref="DatasetFormatException">The bound is crossed.</exception>
    internal void CheckCount(long files)
    {
        if (files > MaxFiles)
        {
            throw new DatasetFormatException(
                $"The archive has more than {MaxFiles} files. Split the archive into several.");
        }
    }
}
