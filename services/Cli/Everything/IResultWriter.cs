namespace Segmentation.Cli.Everything;

/// <summary>Writes results in one format.</summary>
internal interface IResultWriter
{
    /// <summary>Whether an image's result is there as a whole.</summary>
    bool IsDone(ImageFile image);

    /// <summary>Writes an image's result, as a whole or not at all.</summary>
    /// <exception cref="CliException">A mask cannot be exported.</exception>
    void Write(ImageResult result);

    /// <summary>Writes what needs the results of all images that are done.</summary>
    void Finish(IReadOnlyList<ImageFile> done, CancellationToken cancellationToken);
}
