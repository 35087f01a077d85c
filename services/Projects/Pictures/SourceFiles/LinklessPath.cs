namespace Segmentation.Projects.Pictures.SourceFiles;

/// <summary>Resolves links in paths.</summary>
internal static class LinklessPath
{
    private const int MostLinks = 40;

    /// <summary>
    /// The path of a folder without links, and with one separator at its end; null: there is no such folder.
    /// </summary>
    /// <param name="path">An absolute path.</param>
    public static string? OfFolder(string path)
    {
        var links = 0;
        var at = Path.GetPathRoot(path)!;
        var left = new Stack<string>(Parts(Path.GetFullPath(path)).Reverse());
        while (left.TryPop(out var part))
        {
            var next = new DirectoryInfo(Path.Combine(at, part));
            if (next.LinkTarget is not { } target)
            {
                at = next.FullName;
                continue;
            }

            if (++links > MostLinks)
            {
                return null;
            }

            var full = Path.GetFullPath(Path.Combine(at, target));
            at = Path.GetPathRoot(full)!;
            foreach (var step in Parts(full).Reverse())
            {
                left.Push(step);
            }
        }

        return Directory.Exists(at) ? Path.TrimEndingDirectorySeparator(at) + Path.DirectorySeparatorChar : null;
    }

    private static string[] Parts(string path) => path[Path.GetPathRoot(path)!.Length..]
        .Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
}
