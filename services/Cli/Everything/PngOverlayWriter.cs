using Segmentation.Cli.Drawing;
using Segmentation.Sam.Images;

namespace Segmentation.Cli.Everything;

/// <summary>Writes one picture an image with the masks drawn on it.</summary>
internal sealed class PngOverlayWriter(DirectoryInfo folder) : IResultWriter
{
    public bool IsDone(ImageFile image) => File.Exists(PathOf(image));

    public void Write(ImageResult result)
    {
        var picture = ImageReader.ReadFull(result.Bytes, ImageLimits.Default, CancellationToken.None);
        var png = PngWriter.Rgb(EverythingOverlay.Draw(picture, result.Masks));
        AtomicFile.Write(PathOf(result.Image), stream => stream.Write(png));
    }

    public void Finish(IReadOnlyList<ImageFile> done, CancellationToken cancellationToken)
    {
        // Every image has its picture.
    }

    private string PathOf(ImageFile image) => Path.Combine(folder.FullName, image.Stem + ".png");
}
