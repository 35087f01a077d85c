using Segmentation.Sam.Images;

namespace Segmentation.Sam.Masks;

/// <summary>Masks as PNG files.</summary>
public static class MaskPng
{
    /// <summary>Writes an 8-bit grey PNG of the mask's size: 255 inside, 0 outside.</summary>
    /// <exception cref="InvalidOperationException">More pixels than one array holds.</exception>
    public static byte[] Encode(RunLengths mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return PngWriter.Grey(mask.Width, mask.Height, mask.ToBytes(byte.MaxValue));
    }
}
