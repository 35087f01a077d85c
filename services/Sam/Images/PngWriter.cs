using NetVips;

namespace Segmentation.Sam.Images;

/// <summary>Writes PNG files: masks (grey), overlays (RGB) and cutouts (RGBA), 8 bits a channel.</summary>
public static class PngWriter
{
    // On photographs zlib's default of 6 takes five times as long for files 3% smaller.
    private const int Compression = 3;

    /// <summary>Writes a grey image, for example a mask of 0 and 255.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">One byte a pixel, Height x Width in row-major order.</param>
    /// <returns>The PNG file.</returns>
    /// <exception cref="ArgumentException">The number of bytes is not Width x Height.</exception>
    public static byte[] Grey(int width, int height, byte[] pixels) =>
        // Rows of a mask repeat exactly: without a filter deflate finds them.
        Write(width, height, pixels, channels: 1, Enums.ForeignPngFilter.None);

    /// <summary>Writes an RGB image.</summary>
    /// <param name="image">The image.</param>
    /// <returns>The PNG file.</returns>
    /// <exception cref="ArgumentException">The number of bytes is not Width x Height x 3.</exception>
    public static byte[] Rgb(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Write(image.Width, image.Height, image.Pixels, channels: 3, Enums.ForeignPngFilter.Up);
    }

    /// <summary>Writes an RGB image with transparency (alpha not premultiplied; 255 is opaque).</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">RGBA bytes, Height x Width x 4 in row-major order.</param>
    /// <returns>The PNG file.</returns>
    /// <exception cref="ArgumentException">The number of bytes is not Width x Height x 4.</exception>
    public static byte[] Rgba(int width, int height, byte[] pixels) =>
        Write(width, height, pixels, channels: 4, Enums.ForeignPngFilter.Up);

    private static byte[] Write(int width, int height, byte[] pixels, int channels, Enums.ForeignPngFilter filter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        var expected = (long)width * height * channels;
        if (pixels.Length != expected)
        {
            throw new ArgumentException($"Expected {expected} bytes of pixels, got {pixels.Length}.", nameof(pixels));
        }

        Libvips.Use();
        using var memory = Image.NewFromMemory(pixels, width, height, channels, Enums.BandFormat.Uchar);
        using var image = memory.Copy(
            interpretation: channels == 1 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
        return image.PngsaveBuffer(compression: Compression, filter: filter, keep: Enums.ForeignKeep.None);
    }
}
