namespace Segmentation.Cli.Files;

/// <summary>Resolves symbolic links, so that two paths to one file can be recognised.</summary>
internal static class RealPath
{
    private const int MaxLinks = 40;

    /// <summary>
    /// Returns the path of a file or folder with all links resolved; parts that do not exist stay as written.
    /// </summary>
    /// <exception cref="IOException">The links do not end.</exception>
    public static string Of(string path) => Resolve(path, MaxLinks);

    /// <summary>
    /// Returns the path of an entry with the links of its folder resolved; the entry itself may be a link.
    /// </summary>
    public static string OfEntry(string path) =>
        Path.Combine(Of(Path.GetDirectoryName(Path.GetFullPath(path))!), Path.GetFileName(path));

    private static string Resolve(string path, int linksLeft)
    {
        var full = Path.GetFullPath(path);
        var resolved = Path.GetPathRoot(full)!;
        foreach (var name in full[resolved.Length..].Split(
            Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var entry = Path.Combine(resolved, name);
            if (new FileInfo(entry).LinkTarget is not { } target)
            {
                resolved = entry;
            }
            else if (linksLeft > 0)
            {
                resolved = Resolve(Path.Combine(resolved, target), --linksLeft);
            }
            else
            {
                throw new IOException($"{path} leads through more than {MaxLinks} symbolic links.");
            }
        }

        return resolved;
    }
}
