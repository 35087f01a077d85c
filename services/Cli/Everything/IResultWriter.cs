using Segmentation.Cli.Commands;

namespace Segmentation.Cli.Everything;

/// <summary>Writes results in one format.</summary>
internal interface IResultWriter
{
    /// <summary>Files that are written for all images together.</summary>
    IReadOnlyList<string> SharedFiles { get; }

    /// <summary>The file of an image's result.</summary>
    string PathOf(ImageFile image);

    /// <summary>The origin of a file; null for one that this program has not written in this format.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    ResultOrigin? OriginOf(string path);

    /// <summary>Writes an image's result, as a whole or not at all.</summary>
    /// <exception cref="CliException">A mask cannot be exported.</exception>
    void Write(ImageResult result);

    /// <summary>Writes what needs the results of all images that are done.</summary>
    /// <returns>What the user should know of that; null for nothing.</returns>
    string? Finish(IReadOnlyList<ImageFile> done, CancellationToken cancellationToken);
}
