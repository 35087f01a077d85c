using NetVips;

namespace Segmentation.Sam.Images;

/// <summary>Writes JPEG files, for overlays that are to be small.</summary>
public static class JpegWriter
{
    // Above this thin outlines gain nothing that can be seen.
    private const int Quality = 92;

    /// <summary>Writes an RGB image.</summary>
    /// <param name="image">The image, Height x Width x 3 bytes.</param>
    /// <returns>The JPEG file.</returns>
    public static byte[] Rgb(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Libvips.Use();
        using var memory = Image.NewFromMemory(image.Pixels, image.Width, image.Height, 3, Enums.BandFormat.Uchar);
        using var picture = memory.Copy(interpretation: Enums.Interpretation.Srgb);
        return picture.JpegsaveBuffer(
            q: Quality, subsampleMode: Enums.ForeignSubsample.Off, keep: Enums.ForeignKeep.None);
    }
}
