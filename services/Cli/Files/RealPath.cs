namespace Segmentation.Cli.Files;

/// <summary>Follows symbolic links, so that two ways to one place are told to be one.</summary>
internal static class RealPath
{
    private const int MaxLinks = 40;

    /// <summary>The path of a file or folder with no link in it; what is not there is taken as written.</summary>
    /// <exception cref="IOException">The links do not end.</exception>
    public static string Of(string path) => Resolve(path, MaxLinks);

    /// <summary>The path of an entry: links to its folder are followed, the entry itself may be one.</summary>
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
