using System.Security.Cryptography;
using Segmentation.Cli.Commands;
using Segmentation.Cli.Files;

namespace Segmentation.Cli.Everything;

/// <summary>
/// The work of a run: images without a result, and images whose result is of other bytes, other options or another
/// model. Other programs' files are replaced only if the user says so.
/// </summary>
/// <param name="Pending">Images to search; with the reason where there is a result already.</param>
/// <param name="Done">Number of images with valid results.</param>
internal sealed record WorkPlan(IReadOnlyList<PendingImage> Pending, int Done)
{
    private const int MaxNamed = 5;

    /// <summary>Reads the origins of all existing results. Nothing is written.</summary>
    /// <param name="images">The images.</param>
    /// <param name="writer">Knows the results' files.</param>
    /// <param name="settings">The settings of this run.</param>
    /// <param name="overwrite">True to do all images again, whatever their results.</param>
    /// <param name="cancellationToken">Checked for each image.</param>
    /// <exception cref="CliException">
    /// A result would replace a picture to be searched, or a file that this program has not written.
    /// </exception>
    public static WorkPlan Make(
        IReadOnlyList<ImageFile> images,
        IResultWriter writer,
        SearchSettings settings,
        bool overwrite,
        CancellationToken cancellationToken)
    {
        ThrowIfImagesWouldBeReplaced(images, writer);
        if (overwrite)
        {
            return new([.. images.Select(image => new PendingImage(image, null))], 0);
        }

        var foreign = writer.SharedFiles.Where(path => IsThere(path) && OriginOf(path, writer) is null).ToList();
        var pending = new List<PendingImage>();
        var done = 0;
        foreach (var image in images)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = writer.PathOf(image);
            if (!IsThere(path))
            {
                pending.Add(new(image, null));
            }
            else if (OriginOf(path, writer) is not { } origin)
            {
                foreign.Add(path);
            }
            else if (WhyAgain(image, origin, settings) is { } reason)
            {
                pending.Add(new(image, reason));
            }
            else
            {
                done++;
            }
        }

        return foreign.Count == 0 ? new(pending, done) : throw Refuse(foreign);
    }

    /// <summary>True for dangling links, too: a result would replace the link.</summary>
    private static bool IsThere(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static ResultOrigin? OriginOf(string path, IResultWriter writer)
    {
        try
        {
            return File.Exists(path) ? writer.OriginOf(path) : null;
        }
        catch (FileNotFoundException)
        {
            // A dangling link.
            return null;
        }
    }

    private static string? WhyAgain(ImageFile image, ResultOrigin origin, SearchSettings settings)
    {
        if (origin.DifferenceTo(settings.Origin) is { } difference)
        {
            return difference;
        }

        try
        {
            using var stream = image.File.OpenRead();
            return Convert.ToHexStringLower(SHA256.HashData(stream)) == origin.ImageSha256
                ? null
                : "the picture has changed since its result was made";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "the picture cannot be read";
        }
    }

    private static void ThrowIfImagesWouldBeReplaced(IReadOnlyList<ImageFile> images, IResultWriter writer)
    {
        // Not all file systems distinguish upper and lower case.
        var inputs = images.SelectMany(image =>
                (string[])[RealPath.OfEntry(image.File.FullName), RealPath.Of(image.File.FullName)])
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var path in images.Select(writer.PathOf).Concat(writer.SharedFiles))
        {
            if (inputs.Contains(RealPath.OfEntry(path)))
            {
                throw new CliException(
                    $"A result would be written over the picture {path}: choose another --output.",
                    CommandRunner.Usage);
            }
        }
    }

    private static CliException Refuse(List<string> foreign)
    {
        var more = foreign.Count > MaxNamed ? $" and {foreign.Count - MaxNamed} more" : "";
        var are = foreign.Count == 1 ? "is no result" : "are no results";
        return new(
            $"{string.Join(", ", foreign.Take(MaxNamed))}{more} {are} of this program in this format and would be "
            + "replaced: choose another --output, or replace what is there with --overwrite.");
    }
}

/// <summary>An image to search.</summary>
/// <param name="Image">The image.</param>
/// <param name="Again">Why the existing result is not valid; null if there is no result.</param>
internal sealed record PendingImage(ImageFile Image, string? Again);
