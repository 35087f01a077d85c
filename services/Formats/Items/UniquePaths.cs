using Segmentation.Formats.Files;

namespace Segmentation.Formats.Items;

/// <summary>Names files after pictures without their extensions: <c>a.jpg</c> and <c>a.png</c> get two names.</summary>
internal sealed class UniquePaths
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>
    /// Returns the picture's name as a path without its extension; with it where another picture has that path.
    /// </summary>
    public string StemOf(DatasetPicture picture)
    {
        var name = DatasetPath.Safe(picture.Name);
        var stem = DatasetPictureFiles.IsPicture(name) ? DatasetPath.Stem(name) : name;
        for (var number = 1; !_taken.Add(stem); number++)
        {
            stem = number == 1 ? name : $"{name}-{number}";
        }

        return stem;
    }
}
