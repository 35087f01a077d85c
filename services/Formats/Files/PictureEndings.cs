namespace Segmentation.Formats.Files;

/// <summary>Tells files that are pictures by their names.</summary>
public static class PictureEndings
{
    private static readonly HashSet<string> _endings =
        new([".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The endings, each with its dot.</summary>
    public static IReadOnlyCollection<string> All => _endings;

    /// <summary>Tells if a path's ending is that of a picture.</summary>
    public static bool Is(string path) => _endings.Contains(Path.GetExtension(path));
}
