using System.IO.Compression;

namespace Segmentation.Masks.Png;

/// <summary>Writes pixels as PNG files, 8 bits a channel: pictures (RGB) and cutouts (RGBA).</summary>
public static class PngWriter
{
    // On photographs zlib's default of 6 takes five times as long for files 3% smaller.
    private static readonly ZLibCompressionOptions _compression = new() { CompressionLevel = 3 };

    /// <summary>Writes an RGB image.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">RGB bytes, height x width x 3 in row-major order.</param>
    /// <returns>The PNG file.</returns>
    /// <exception cref="ArgumentException">The number of bytes is not width x height x 3.</exception>
    public static byte[] Rgb(int width, int height, ReadOnlyMemory<byte> pixels) =>
        Write(width, height, pixels, PngColour.Rgb, channels: 3);

    /// <summary>Writes an RGB image with transparency (alpha not premultiplied; 255 is opaque).</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">RGBA bytes, height x width x 4 in row-major order.</param>
    /// <returns>The PNG file.</returns>
    /// <exception cref="ArgumentException">The number of bytes is not width x height x 4.</exception>
    public static byte[] Rgba(int width, int height, ReadOnlyMemory<byte> pixels) =>
        Write(width, height, pixels, PngColour.Rgba, channels: 4);

    private static byte[] Write(int width, int height, ReadOnlyMemory<byte> pixels, PngColour colour, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var expected = (long)width * height * channels;
        if (pixels.Length != expected)
        {
            throw new ArgumentException($"Expected {expected} bytes of pixels, got {pixels.Length}.", nameof(pixels));
        }

        return PngFile.Write(
            width, height, colour, _compression, stream => PngFile.WriteRows(stream, pixels.Span, width * channels));
    }
}
