using Segmentation.Formats.Files;
using Segmentation.Formats.Items;

namespace Segmentation.Formats.PngMaps;

/// <summary>Finds the maps of a dataset.</summary>
internal static class MapFolder
{
    /// <summary>
    /// Returns the PNG files in folders of certain names, at any depth; where there are none, and the dataset has nothing
    /// but PNG files, all of them.
    /// </summary>
    /// <param name="source">The dataset.</param>
    /// <param name="folders">Names of folders.</param>
    /// <param name="inFoldersOnly">True to never take all.</param>
    /// <returns>Path, name of the picture without extension, and part of the dataset.</returns>
    public static IReadOnlyList<(string Path, string Stem, string? Split)> Find(
        IDatasetSource source, IReadOnlyList<string> folders, bool inFoldersOnly = false)
    {
        var pngs = source.Files.Where(MapFile.IsPng).ToArray();
        var inFolders = pngs.Select(path => (path, At: FolderAt(path, folders))).Where(one => one.At >= 0)
            .Select(one => Place(one.path, one.At)).ToArray();
        if (inFolders.Length > 0)
        {
            return inFolders;
        }

        var isAll = !inFoldersOnly && source.Files.All(file => MapFile.IsPng(file) || file.EndsWith(".json", StringComparison.Ordinal)
            || file.EndsWith(".txt", StringComparison.Ordinal));
        return isAll ? [.. pngs.Select(path => (path, DatasetPath.Stem(path), (string?)null))] : [];
    }

    private static int FolderAt(string path, IReadOnlyList<string> folders)
    {
        var parts = path.Split('/');
        return Array.FindIndex(parts, 0, parts.Length - 1, part => folders.Contains(part, StringComparer.OrdinalIgnoreCase));
    }

    private static (string Path, string Stem, string? Split) Place(string path, int at)
    {
        var parts = DatasetPath.Stem(path).Split('/');
        var before = at > 0 ? Splits.Of(parts[at - 1]) : null;
        var inner = at + 2 < parts.Length ? Splits.Of(parts[at + 1]) : null;
        return (path, string.Join('/', parts.Skip(at + (inner is null ? 1 : 2))), inner ?? before);
    }
}
