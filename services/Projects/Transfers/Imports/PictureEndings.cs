namespace Segmentation.Projects.Transfers.Imports;

/// <summary>Tells files that are pictures by their names.</summary>
internal static class PictureEndings
{
    private static readonly HashSet<string> _endings =
        new([".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The endings, for messages.</summary>
    public static string All { get; } = string.Join(", ", _endings);

    /// <summary>Tells if a path's ending is that of a picture.</summary>
    public static bool Is(string path) => _endings.Contains(Path.GetExtension(path));

    /// <summary>The last part of a path.</summary>
    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
