using Segmentation.Cli.Drawing;
using Segmentation.Cli.Files;
using Segmentation.Masks.Png;
using Segmentation.Sam.Images;

namespace Segmentation.Cli.Everything;

/// <summary>Writes one picture an image with the masks drawn on it.</summary>
internal sealed class PngOverlayWriter(DirectoryInfo folder, SearchSettings settings) : IResultWriter
{
    public IReadOnlyList<string> SharedFiles => [];

    public string PathOf(ImageFile image) => Path.Combine(folder.FullName, image.Stem + ".png");

    public ResultOrigin? OriginOf(string path) => ResultOrigin.OfPng(path);

    public void Write(ImageResult result)
    {
        var picture = ImageReader.ReadFull(result.Bytes, ImageLimits.Default, CancellationToken.None);
        var overlay = EverythingOverlay.Draw(picture, result.Masks);
        var png = PngWriter.Rgb(overlay.Width, overlay.Height, overlay.Pixels);
        var text = settings.OriginOf(result.Sha256).ToText();
        folder.Create();
        AtomicFile.Write(
            PathOf(result.Image), stream => stream.Write(PngText.Add(png, ResultOrigin.Key, text)));
    }

    /// <summary>Writes nothing: every image has its picture.</summary>
    public string? Finish(IReadOnlyList<ImageFile> done, CancellationToken cancellationToken) => null;
}
