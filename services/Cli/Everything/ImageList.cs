using Segmentation.Cli.Commands;
using Segmentation.Cli.Files;
using Segmentation.Formats.Files;
using Segmentation.Sam.Images;

namespace Segmentation.Cli.Everything;

/// <summary>The images to search, and the other entries of the folder.</summary>
/// <param name="Images">The images, by name.</param>
/// <param name="LeftOut">Files and folders that are not searched: the name and, in brackets, what each is.</param>
internal sealed record ImageList(IReadOnlyList<ImageFile> Images, IReadOnlyList<string> LeftOut)
{
    private const int MaxNamed = 10;

    /// <summary>A sentence that names the entries left out; null if there are none.</summary>
    public string? Remark => LeftOut.Count == 0 ? null
        : $"Left out, since these are no pictures that can be searched: {string.Join(", ", LeftOut.Take(MaxNamed))}"
            + (LeftOut.Count > MaxNamed ? $" and {LeftOut.Count - MaxNamed} more." : ".");

    /// <summary>
    /// Lists the file itself, or the images of the folder without its subfolders. A file with an unknown extension is
    /// an image if its first bytes are those of one. Hidden entries and results of this program are skipped.
    /// </summary>
    /// <param name="input">A file or a folder.</param>
    /// <param name="output">The folder of the results, which may lie in that of the images.</param>
    /// <exception cref="CliException">There is no image, or two images would have results of one name.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static ImageList Find(FileSystemInfo input, DirectoryInfo output)
    {
        if (input is not DirectoryInfo folder)
        {
            return new([new((FileInfo)input)], []);
        }

        var results = RealPath.Of(output.FullName);
        var images = new List<ImageFile>();
        var leftOut = new List<string>();
        foreach (var entry in folder.EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            if (entry.Name[0] == '.' || IsPartOfResults(entry)
                || (entry is DirectoryInfo && RealPath.Of(entry.FullName) == results))
            {
                continue;
            }

            if (Refusal(entry) is { } kind)
            {
                leftOut.Add($"{entry.Name} ({kind})");
            }
            else
            {
                images.Add(new((FileInfo)entry));
            }
        }

        var list = new ImageList(images, leftOut);
        list.ThrowIfUnusable(folder);
        return list;
    }

    /// <summary>True for JSON results and their parts beside the images, which no remark names.</summary>
    private static bool IsPartOfResults(FileSystemInfo entry) => entry is DirectoryInfo
        ? entry.Name == CocoWriter.PartsFolder
        : entry.Extension.Equals(".json", StringComparison.OrdinalIgnoreCase)
            && Holds(entry.FullName, path => ResultOrigin.OfJson(path) is not null);

    /// <summary>Returns why an entry is no image to search; null for images.</summary>
    private static string? Refusal(FileSystemInfo entry)
    {
        if (entry is not FileInfo file)
        {
            return "a folder";
        }

        if (Holds(file.FullName, path => IsPng(path) && ResultOrigin.OfPng(path) is not null))
        {
            return "masks drawn by segctl";
        }

        // An unreadable file with the name of an image is a failure, which the search reports.
        if (PictureEndings.Is(file.Name))
        {
            return null;
        }

        try
        {
            var target = new FileInfo(RealPath.Of(file.FullName));
            if (!target.Exists)
            {
                return "a link that leads nowhere";
            }

            // Pipes and devices have length 0 too, and would not end.
            if (target.Length == 0)
            {
                return "empty";
            }

            using var stream = file.OpenRead();
            var head = new byte[ImageSniffer.HeadBytes];
            var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            return ImageSniffer.Refusal(head.AsSpan(0, length));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "not readable";
        }
    }

    private static bool IsPng(string path) => path.EndsWith(".png", StringComparison.OrdinalIgnoreCase);

    /// <summary>Evaluates a condition on a file; false for files that cannot be read.</summary>
    private static bool Holds(string path, Func<string, bool> isSo)
    {
        try
        {
            return new FileInfo(RealPath.Of(path)) is { Exists: true, Length: > 0 } && isSo(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void ThrowIfUnusable(DirectoryInfo folder)
    {
        if (Images.Count == 0)
        {
            throw new CliException(
                $"There are no images in {folder}: files named {string.Join(", ", PictureEndings.All.Select(e => "*" + e))}, "
                + $"or others that begin as such.{(Remark is null ? "" : " " + Remark)}",
                CommandRunner.Usage);
        }

        // Results are named without the extension, and not all file systems tell upper from lower case.
        var twins = Images.GroupBy(i => i.Stem, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1);
        if (twins is not null)
        {
            throw new CliException(
                $"The results of {string.Join(" and ", twins.Select(i => i.Name))} would have one name: rename one.",
                CommandRunner.Usage);
        }
    }
}
