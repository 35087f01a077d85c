using Segmentation.Cli.Commands;
using Segmentation.Masks.Everything;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Cli.Everything;

/// <summary>Finds everything in images, in this process or on a server; both give the same masks.</summary>
internal interface IImageSearch : IDisposable
{
    /// <summary>Finds everything in an image.</summary>
    /// <exception cref="ImageException">The file is no usable image.</exception>
    /// <exception cref="CliException">The file cannot be read, or the server has no answer.</exception>
    Task<ImageResult> FindAsync(
        ImageFile image,
        EverythingOptions options,
        IProgress<EverythingProgress> progress,
        CancellationToken cancellationToken);
}
