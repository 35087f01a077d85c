using System.Buffers;

namespace Segmentation.Formats.Files;

/// <summary>
/// Paths of files in a dataset: relative, separated by <c>/</c>, and never leading out of the dataset.
/// </summary>
public static class DatasetPath
{
    private const int MaxLength = 1024;

    private static readonly SearchValues<char> _reserved = SearchValues.Create("<>:\"|?*\\/");

    /// <summary>
    /// Brings the path of an entry of an archive into the form of datasets: <c>\</c> becomes <c>/</c>, <c>./</c> goes.
    /// </summary>
    /// <exception cref="DatasetFormatException">The path leads out of the dataset, or is not one.</exception>
    public static string Of(string entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var path = entry.Replace('\\', '/');
        while (path.StartsWith("./", StringComparison.Ordinal))
        {
            path = path[2..];
        }

        var reason = path.Length is 0 or > MaxLength ? $"is not 1 to {MaxLength} characters long"
            : path.StartsWith('/') || (path.Length > 1 && path[1] == ':') ? "is absolute"
            : path.Any(char.IsControl) ? "has control characters"
            : path.Split('/').Any(part => part is "" or "." or "..") ? "leads out of the dataset"
            : null;
        return reason is null
            ? path
            : throw new DatasetFormatException(
                $"The path \"{Shown(entry)}\" {reason}. Pack the dataset again with paths relative to its folder.");
    }

    /// <summary>
    /// Makes a name into one part of a path: characters that no file system takes become <c>_</c>.
    /// </summary>
    public static string Part(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var part = string.Concat(name.Select(c => char.IsControl(c) || _reserved.Contains(c) ? '_' : c)).Trim(' ', '.');
        return part.Length == 0 ? "_" : part;
    }

    /// <summary>
    /// Makes the name of a picture into a path: each of its parts as <see cref="Part"/>.
    /// </summary>
    public static string Safe(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var parts = name.Split('/', '\\').Where(part => part is not ("" or "." or "..")).Select(Part);
        var path = string.Join('/', parts);
        return path.Length == 0 ? "_" : path;
    }

    /// <summary>Returns a path without its file's extension.</summary>
    public static string Stem(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var dot = path.LastIndexOf('.');
        return dot > path.LastIndexOf('/') + 1 ? path[..dot] : path;
    }

    /// <summary>Returns the last part of a path.</summary>
    public static string FileName(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path[(path.LastIndexOf('/') + 1)..];
    }

    /// <summary>Returns the folder of a path with its <c>/</c>; empty: the dataset's root.</summary>
    public static string Folder(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path[..(path.LastIndexOf('/') + 1)];
    }

    /// <summary>Returns a stranger's text as messages show it: short and without control characters.</summary>
    public static string Shown(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shown = text.Length > 120 ? text[..120] + "..." : text;
        return string.Concat(shown.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }
}
