namespace Segmentation.Projects.Objects;

/// <summary>
/// Lists the files under a folder in the ordinal order of their paths, as S3 lists keys. One folder's names are held at
/// a time, and those of the folders above.
/// </summary>
internal static class FolderListing
{
    private static readonly EnumerationOptions _all = new()
    {
        AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false,
    };

    /// <summary>Lists files; names that begin with a dot are passed over, and so are links.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="prefix">Beginning of the paths, relative to the folder, with <c>/</c> between parts.</param>
    /// <param name="after">Only paths after this one; empty: all.</param>
    /// <returns>Paths relative to the folder, and sizes in bytes.</returns>
    public static IEnumerable<(string Path, long Size)> Files(string root, string prefix, string after) =>
        Directory.Exists(root) ? Walk(new DirectoryInfo(root), "", prefix, after) : [];

    private static IEnumerable<(string Path, long Size)> Walk(
        DirectoryInfo folder, string at, string prefix, string after)
    {
        foreach (var (path, entry) in Names(folder, at, prefix, after))
        {
            if (entry is DirectoryInfo below)
            {
                foreach (var file in Walk(below, path, prefix, after))
                {
                    yield return file;
                }
            }
            else if (SizeOf((FileInfo)entry) is { } size)
            {
                yield return (path, size);
            }
        }
    }

    private static List<(string Path, FileSystemInfo Entry)> Names(
        DirectoryInfo folder, string at, string prefix, string after)
    {
        var names = new List<(string Path, FileSystemInfo Entry)>();
        try
        {
            foreach (var entry in folder.EnumerateFileSystemInfos("*", _all))
            {
                // A folder sorts as its files do: with the separator behind its name.
                var isFolder = entry is DirectoryInfo;
                var path = isFolder ? $"{at}{entry.Name}/" : at + entry.Name;
                if (entry.Name[0] != '.'
                    && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint)
                    && IsWanted(path, isFolder, prefix, after))
                {
                    names.Add((path, entry));
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Deleted since the folder above was read.
        }

        names.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return names;
    }

    private static bool IsWanted(string path, bool isFolder, string prefix, string after)
    {
        if (!isFolder)
        {
            return path.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(path, after) > 0;
        }

        var mayHavePrefix = path.StartsWith(prefix, StringComparison.Ordinal)
            || prefix.StartsWith(path, StringComparison.Ordinal);
        return mayHavePrefix
            && (string.CompareOrdinal(path, after) > 0 || after.StartsWith(path, StringComparison.Ordinal));
    }

    private static long? SizeOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
