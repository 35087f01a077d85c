using NetVips;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Images;

/// <summary>Makes small upright JPEG files of images, for galleries.</summary>
public static class ThumbnailMaker
{
    // Outlines do not matter at this size, bytes do: a page of a gallery has hundreds.
    private const int Quality = 80;

    /// <summary>Makes a thumbnail. All of the file is read, so that a damaged one is found here.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="side">Longest side in pixels; a smaller image keeps its size.</param>
    /// <param name="limits">What is refused.</param>
    /// <param name="cancellationToken">Looked at every few rows.</param>
    /// <returns>The JPEG file, without metadata.</returns>
    /// <exception cref="ImageException">The bytes are empty, no supported image, too large or damaged.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static byte[] Make(
        ReadOnlyMemory<byte> file, int side, ImageLimits limits, CancellationToken cancellationToken)
    {
        var header = ImageReader.ReadHeader(file, limits);
        if (Math.Max(header.Width, header.Height) <= ImageGeometry.ModelSide)
        {
            var full = ImageReader.ReadFull(file, limits, cancellationToken);
            return Write(full.Pixels, full.Width, full.Height, side);
        }

        // Strip by strip, and reduced by the decoder where the format allows: memory is taken for rows.
        var reduced = ImageReader.ReadForModel(file, limits, cancellationToken);
        return Write(reduced.Pixels, reduced.Geometry.ResizedWidth, reduced.Geometry.ResizedHeight, side);
    }

    private static byte[] Write(byte[] pixels, int width, int height, int side)
    {
        Libvips.Use();
        using var memory = Image.NewFromMemory(pixels, width, height, 3, Enums.BandFormat.Uchar);
        using var picture = memory.Copy(interpretation: Enums.Interpretation.Srgb);
        using var small = picture.ThumbnailImage(side, height: side, size: Enums.Size.Down);
        return small.JpegsaveBuffer(q: Quality, keep: Enums.ForeignKeep.None);
    }
}
