using NetVips;
using Segmentation.Masks.Png;

namespace Segmentation.Masks.Tests.Png;

public sealed class MaskPngTests
{
    [Fact]
    public void Encode_PortraitMask_IsGreyOfItsSize()
    {
        byte[] rows = [0, 0, 0, 1, 0, 1];
        var png = MaskPng.Encode(RunLengths.FromBytes(height: 3, width: 2, rows));

        using var image = Image.NewFromBuffer(png);
        Assert.Equal((2, 3, 1), (image.Width, image.Height, image.Bands));
        Assert.Equal(Enums.BandFormat.Uchar, image.Format);
        Assert.Equal([0, 0, 0, 255, 0, 255], image.WriteToMemory<byte>());
        // Byte 24 of a PNG file is its bit depth, byte 25 its colour type: 0 is grey.
        Assert.Equal([8, 0], png[24..26]);
    }

    [Fact]
    public void Encode_EmptyAndFullMask_KeepEveryPixel()
    {
        using var empty = Image.NewFromBuffer(MaskPng.Encode(new RunLengths(30, 20, 600)));
        using var full = Image.NewFromBuffer(MaskPng.Encode(new RunLengths(30, 20, 0, 600)));

        Assert.Equal((0, 255), (empty.Max(), full.Min()));
    }
}
