using Segmentation.Cli.Commands;
using Segmentation.Cli.Files;

namespace Segmentation.Cli.Segmenting;

/// <summary>Refuses output files that would replace the picture or each other.</summary>
internal static class OutputCheck
{
    /// <summary>Compares the files to be written with the picture and with each other.</summary>
    /// <param name="arguments">Names the files.</param>
    /// <param name="picture">The bytes of the picture.</param>
    /// <exception cref="CliException">An output is the picture, or two outputs are one file.</exception>
    public static void ThrowIfLost(SegmentArguments arguments, ReadOnlySpan<byte> picture)
    {
        (string Option, string? Path)[] outputs =
        [
            ("--output", arguments.Overlay?.FullName),
            ("--cutout", arguments.Cutout?.FullName),
            ("--logits", arguments.Logits?.FullName),
            ("--json", arguments.Json == "-" ? null : arguments.Json),
        ];
        var seen = new Dictionary<string, string>();
        foreach (var (option, path) in outputs)
        {
            if (path is null)
            {
                continue;
            }

            if (Holds(path, picture))
            {
                throw new CliException(
                    $"{option}: {path} is the picture itself, or a copy, and would be replaced: name another file.",
                    CommandRunner.Usage);
            }

            // Devices, such as /dev/null, may be named twice.
            var real = RealPath.Of(path);
            if (!seen.TryAdd(real, option) && new FileInfo(real) is { Exists: false } or { Length: > 0 })
            {
                throw new CliException(
                    $"{seen[real]} and {option} name one file, {path}: name two.", CommandRunner.Usage);
            }
        }
    }

    /// <summary>
    /// Compares contents, so that links of every kind and other spellings of the path are recognised.
    /// </summary>
    private static bool Holds(string path, ReadOnlySpan<byte> picture)
    {
        try
        {
            // For a link this would be the link's own length.
            return new FileInfo(RealPath.Of(path)) is { Exists: true } file
                && file.Length == picture.Length
                && picture.SequenceEqual(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The picture could be read.
            return false;
        }
    }
}
