namespace Segmentation.Cli.Everything;

/// <summary>Finds the images to search.</summary>
internal static class ImageList
{
    private static readonly string[] _extensions = [".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif"];

    /// <summary>The file itself, or the images of the folder by name; not those of folders in it.</summary>
    /// <exception cref="CliException">There is none, or two would have results of one name.</exception>
    public static IReadOnlyList<ImageFile> Find(FileSystemInfo input)
    {
        if (input is not DirectoryInfo folder)
            return [new((FileInfo)input)];

        ImageFile[] images =
        [
            .. folder.EnumerateFiles()
                .Where(f => _extensions.Contains(f.Extension, StringComparer.OrdinalIgnoreCase) && f.Name[0] != '.')
                .OrderBy(f => f.Name, StringComparer.Ordinal)
                .Select(f => new ImageFile(f)),
        ];
        if (images.Length == 0)
        {
            throw new CliException(
                $"There are no images in {folder}: files named {string.Join(", ", _extensions.Select(e => "*" + e))}.",
                CommandRunner.Usage);
        }

        // Results are named without the extension, and not all file systems tell upper from lower case.
        var twins = images.GroupBy(i => i.Stem, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1);
        if (twins is not null)
        {
            throw new CliException(
                $"The results of {string.Join(" and ", twins.Select(i => i.Name))} would have one name: rename one.",
                CommandRunner.Usage);
        }

        return images;
    }
}
