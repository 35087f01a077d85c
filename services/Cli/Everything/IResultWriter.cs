using Segmentation.Cli.Commands;

namespace Segmentation.Cli.Everything;

/// <summary>Writes results in one format.</summary>
internal interface IResultWriter
{
    /// <summary>Files for all images together.</summary>
    IReadOnlyList<string> SharedFiles { get; }

    /// <summary>Returns the file of an image's result.</summary>
    string PathOf(ImageFile image);

    /// <summary>Reads the origin of a file; null for files that this program has not written in this format.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    ResultOrigin? OriginOf(string path);

    /// <summary>Writes an image's result, as a whole or not at all.</summary>
    /// <exception cref="CliException">A mask cannot be exported.</exception>
    void Write(ImageResult result);

    /// <summary>Writes the files for all images together.</summary>
    /// <returns>A remark for the user, or null.</returns>
    string? Finish(IReadOnlyList<ImageFile> done, CancellationToken cancellationToken);
}
