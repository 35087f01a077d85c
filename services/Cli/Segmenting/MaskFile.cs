using System.Runtime.InteropServices;
using Segmentation.Cli.Commands;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Cli.Segmenting;

/// <summary>Reads a mask prompt: logits as <c>--logits</c> writes them, or a picture of two values.</summary>
internal static class MaskFile
{
    private const int Side = ImageGeometry.LowResSide;

    /// <param name="file">The file.</param>
    /// <param name="image">The image that the mask is of.</param>
    /// <param name="resizing">The model's rule, by which a picture of a mask becomes logits.</param>
    /// <param name="cancellationToken">Looked at every few rows.</param>
    public static float[] Read(
        FileInfo file, ImageHeader image, Resizing resizing, CancellationToken cancellationToken)
    {
        var bytes = File.ReadAllBytes(file.FullName);
        if (bytes.Length == Side * Side * sizeof(float))
        {
            return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        }

        MaskImage mask;
        try
        {
            mask = ImageReader.ReadMask(bytes, ImageLimits.Default, cancellationToken);
        }
        catch (ImageException error)
        {
            throw new CliException(
                $"{file} is neither a logits file ({Side * Side * sizeof(float)} bytes) nor a mask: {error.Message}",
                innerException: error);
        }

        if (mask.Width != image.Width || mask.Height != image.Height)
        {
            throw new CliException($"The mask {file} has {mask.Width} x {mask.Height} pixels, the image "
                + $"{image.Width} x {image.Height}: they must be the same.");
        }

        return mask.ToLogits(resizing);
    }
}
