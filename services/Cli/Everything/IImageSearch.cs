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
    async Task<ImageResult> FindAsync(
        ImageFile image,
        EverythingOptions options,
        IProgress<EverythingProgress> progress,
        CancellationToken cancellationToken)
    {
        var file = image.Read();
        var (width, height, masks) = await FindAsync(file, options, progress, cancellationToken).ConfigureAwait(false);
        return new(image, file, width, height, masks);
    }

    /// <summary>Finds everything in the bytes of an image's file.</summary>
    /// <returns>Width and height of the upright image, and the masks.</returns>
    /// <exception cref="ImageException">The file is no usable image.</exception>
    /// <exception cref="CliException">The server has no answer.</exception>
    Task<(int Width, int Height, IReadOnlyList<EverythingMask> Masks)> FindAsync(
        byte[] file,
        EverythingOptions options,
        IProgress<EverythingProgress> progress,
        CancellationToken cancellationToken);
}
