using NetVips;

namespace Segmentation.Sam.Masks;

/// <summary>Masks as PNG files.</summary>
public static class MaskPng
{
    /// <summary>Fast compression: a mask is long runs, which harder work shrinks little further.</summary>
    private const int Compression = 3;

    /// <summary>Writes an 8-bit grey PNG of the mask's size: 255 inside, 0 outside.</summary>
    /// <exception cref="InvalidOperationException">More pixels than one array holds.</exception>
    public static byte[] Encode(RunLengths mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        using var image = Image.NewFromMemory(
            mask.ToBytes(byte.MaxValue), mask.Width, mask.Height, bands: 1, Enums.BandFormat.Uchar);
        return image.PngsaveBuffer(compression: Compression, bitdepth: 8);
    }
}
