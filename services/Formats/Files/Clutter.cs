namespace Segmentation.Formats.Files;

/// <summary>Files that operating systems put beside a person's own.</summary>
internal static class Clutter
{
    /// <summary>Tells if a path is such a file.</summary>
    public static bool Is(string path) =>
        path.StartsWith("__MACOSX/", StringComparison.Ordinal)
        || DatasetPath.FileName(path) is ".DS_Store" or "Thumbs.db" or "desktop.ini"
        || DatasetPath.FileName(path).StartsWith("._", StringComparison.Ordinal);
}
