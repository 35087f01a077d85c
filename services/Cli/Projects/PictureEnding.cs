using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Cli.Projects;

/// <summary>Tells files that are pictures, and archives, by their names.</summary>
internal static class PictureEnding
{
    /// <summary>Name of the format that is pictures alone.</summary>
    public const string PicturesFormat = "pictures";

    private static readonly HashSet<string> _pictures =
        new([".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Tells if a name's ending is that of a picture.</summary>
    public static bool Is(string name) => _pictures.Contains(Path.GetExtension(name));

    /// <summary>Size of the upright picture; null: the file is no picture.</summary>
    public static (int Width, int Height)? SizeOf(string path)
    {
        try
        {
            var header = ImageReader.ReadHeader(File.ReadAllBytes(path), ImageLimits.Default);
            return (header.Width, header.Height);
        }
        catch (ImageException)
        {
            return null;
        }
    }
}
