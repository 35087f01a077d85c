using Segmentation.Formats.Files;

namespace Segmentation.Formats.Items;

/// <summary>Finds the files of pictures in a dataset by the names that its annotations give them.</summary>
internal sealed class DatasetPictureFiles
{
    /// <summary>Extensions of pictures, the most frequent first.</summary>
    public static readonly IReadOnlyList<string> Extensions =
        [".jpg", ".png", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".JPG", ".PNG", ".JPEG"];

    private readonly ILookup<string, string> _byName;
    private readonly ILookup<string, string> _byStem;

    /// <param name="source">The dataset.</param>
    /// <param name="isPicture">Tells pictures from other files with such extensions; null: all are pictures.</param>
    public DatasetPictureFiles(IDatasetSource source, Func<string, bool>? isPicture = null)
    {
        var files = source.Files.Where(file => IsPicture(file) && (isPicture?.Invoke(file) ?? true)).ToArray();
        _byName = files.ToLookup(DatasetPath.FileName, StringComparer.Ordinal);
        _byStem = files.ToLookup(file => DatasetPath.FileName(DatasetPath.Stem(file)), StringComparer.Ordinal);
    }

    /// <summary>Tells pictures by their extension.</summary>
    public static bool IsPicture(string path) =>
        Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Finds the file of a picture; null: the dataset has none, or several and no way to tell.</summary>
    /// <param name="name">Name of the picture with its folders.</param>
    public string? Find(string name) => Best(_byName[DatasetPath.FileName(name)], name, path => path);

    /// <summary>Finds the file of a picture by its path without extension; null: the dataset has none.</summary>
    public string? AtStem(string stem) => _byStem[DatasetPath.FileName(stem)].FirstOrDefault(
        file => DatasetPath.Stem(file) == stem);

    /// <summary>
    /// Finds the name of a picture of which only the name without extension is known: the name of a file of the dataset,
    /// else a name whose size is known, else the name with <c>.png</c>.
    /// </summary>
    /// <param name="stem">Name with folders, without extension.</param>
    /// <param name="sizes">Sizes by name.</param>
    public (string Name, string? File) Resolve(string stem, Func<string, (int Width, int Height)?> sizes)
    {
        var file = Best(_byStem[DatasetPath.FileName(stem)], stem, DatasetPath.Stem);
        if (file is not null)
        {
            return (stem + Path.GetExtension(file), file);
        }

        // A file "a.jpg.png" beside "a.png" is the map of the picture "a.jpg".
        var known = IsPicture(stem) && sizes(stem) is not null
            ? stem
            : Extensions.Select(extension => stem + extension).FirstOrDefault(name => sizes(name) is not null);
        return (known ?? stem + ".png", null);
    }

    private static string? Best(IEnumerable<string> files, string name, Func<string, string> key)
    {
        string? best = null;
        var count = 0;
        foreach (var file in files)
        {
            var own = key(file);
            if (own == name || own.EndsWith("/" + name, StringComparison.Ordinal))
            {
                return file;
            }

            best = file;
            count++;
        }

        return count == 1 ? best : null;
    }
}
