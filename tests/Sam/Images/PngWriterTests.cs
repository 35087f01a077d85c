using NetVips;
using Segmentation.Sam.Images;

namespace Segmentation.Sam.Tests.Images;

public sealed class PngWriterTests
{
    [Fact]
    public void Grey_Mask_ReadsBackUnchanged()
    {
        var mask = Enumerable.Range(0, 33 * 17).Select(pixel => (byte)(pixel % 5 == 0 ? 255 : 0)).ToArray();
        using var image = Image.PngloadBuffer(PngWriter.Grey(33, 17, mask));
        Assert.Equal((33, 17, 1), (image.Width, image.Height, image.Bands));
        Assert.Equal(mask, image.WriteToMemory<byte>());
    }

    [Fact]
    public void Rgb_Picture_ReadsBackUnchanged()
    {
        var picture = Pictures.Ramps();
        using var image = Image.PngloadBuffer(PngWriter.Rgb(picture));
        Assert.Equal((48, 32, 3), (image.Width, image.Height, image.Bands));
        Assert.Equal(picture.Pixels, image.WriteToMemory<byte>());
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
    public void Grey_TooFewBytes_NamesBothNumbers()
    {
        var exception = Assert.Throws<ArgumentException>(() => PngWriter.Grey(4, 3, new byte[11]));
        Assert.Contains("Expected 12 bytes of pixels, got 11.", exception.Message, StringComparison.Ordinal);
    }
}
