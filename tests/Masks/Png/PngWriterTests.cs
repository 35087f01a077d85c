using NetVips;
using Segmentation.Masks.Png;

namespace Segmentation.Masks.Tests.Png;

public sealed class PngWriterTests
{
    [Fact]
    public void Rgb_Picture_ReadsBackUnchanged()
    {
        var pixels = Enumerable.Range(0, 48 * 32 * 3).Select(at => (byte)(at * at / 7)).ToArray();

        var png = PngWriter.Rgb(48, 32, pixels);

        using var image = Image.PngloadBuffer(png);
        Assert.Equal((48, 32, 3), (image.Width, image.Height, image.Bands));
        Assert.Equal(pixels, image.WriteToMemory<byte>());
        // Byte 24 of a PNG file is its bit depth, byte 25 its colour type: 2 is RGB.
        Assert.Equal([8, 2], png[24..26]);
    }

    [Fact]
    public void Rgba_Cutout_KeepsColoursUnderTransparency()
    {
        byte[] cutout = [10, 20, 30, 0, 40, 50, 60, 128, 70, 80, 90, 255];
        using var image = Image.PngloadBuffer(PngWriter.Rgba(1, 3, cutout));
        Assert.Equal((1, 3, 4), (image.Width, image.Height, image.Bands));
        Assert.Equal(cutout, image.WriteToMemory<byte>());
    }

    [Fact]
    public void Rgb_TooFewBytes_NamesBothNumbers()
    {
        var exception = Assert.Throws<ArgumentException>(() => PngWriter.Rgb(2, 2, new byte[11]));
        Assert.Contains("Expected 12 bytes of pixels, got 11.", exception.Message, StringComparison.Ordinal);
    }
}
