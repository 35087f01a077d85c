using NetVips;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Tests.Images;

/// <summary>Masks as pictures: two values of any kind are told apart, or the file is refused with the reason.</summary>
public sealed class MaskReadingTests
{
    private const int Width = 6;
    private const int Height = 4;

    private static readonly bool[] _inside =
        [.. Enumerable.Range(0, Width * Height).Select(i => i % 6 is 1 or 2 && i > 6)];

    public static TheoryData<string, byte[]> Masks => new()
    {
        { "0 and 1", Grey(0, 1).PngsaveBuffer() },
        { "0 and 255", Grey(0, 255).PngsaveBuffer() },
        { "0 and 7 as TIFF", Grey(0, 7).TiffsaveBuffer() },
        { "1 bit", Grey(0, 255).PngsaveBuffer(bitdepth: 1) },
        { "0 and 1 of 16 bits", Wide(1).PngsaveBuffer() },
        { "0 and 256 of 16 bits", Wide(256).TiffsaveBuffer() },
        { "palette", Colours([0, 0, 0], [128, 0, 0]).PngsaveBuffer(palette: true) },
        { "GIF", Colours([0, 0, 0], [0, 200, 0]).GifsaveBuffer(dither: 0) },
        { "black and dark blue", Colours([0, 0, 0], [0, 0, 1]).PngsaveBuffer() },
        { "white on transparent", Colours([0, 0, 0, 0], [255, 255, 255, 255]).PngsaveBuffer() },
        { "white on transparent white", Colours([255, 255, 255, 0], [255, 255, 255, 255]).PngsaveBuffer() },
        { "black on transparent", Colours([0, 0, 0, 0], [0, 0, 0, 255]).PngsaveBuffer() },
        { "black ground, all opaque", Colours([0, 0, 0, 255], [1, 1, 1, 255]).PngsaveBuffer() },
        { "grey on transparent", Colours([9, 0], [9, 255]).PngsaveBuffer() },
        { "lossless WebP", Colours([0, 0, 0], [255, 255, 255]).WebpsaveBuffer(lossless: true) },
    };

    public static TheoryData<string, byte[]> Ambiguous => new()
    {
        { "one value only", Grey(0, 0).PngsaveBuffer() },
        { "one value only", Grey(255, 255).PngsaveBuffer() },
        { "1, 2, none of them black or transparent", Grey(1, 2).PngsaveBuffer() },
        { "none of them black", Colours([255, 0, 0], [0, 0, 255]).PngsaveBuffer() },
        { "3 values", Labels().PngsaveBuffer() },
        { "more than 3 values", Pictures.ToVips(Pictures.Ramps()).PngsaveBuffer() },
        { "more than 3 values", Pictures.ToVips(Pictures.Ramps()).JpegsaveBuffer() },
    };

    [Theory]
    [MemberData(nameof(Masks))]
    public void ReadMask_TwoValues_AreToldApart(string name, byte[] file)
    {
        Assert.NotEmpty(name);
        var mask = Read(file);
        Assert.Equal((Width, Height), (mask.Width, mask.Height));
        Assert.Equal(_inside, mask.Inside);
    }

    [Theory]
    [MemberData(nameof(Ambiguous))]
    public void ReadMask_ValuesWithoutMeaning_AreRefusedAndNamed(string expected, byte[] file)
    {
        var exception = Assert.Throws<ImageException>(() => Read(file));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadMask_Jpeg_IsReadByItsHalves()
    {
        var pixels = Enumerable.Range(0, 64 * 64).Select(i => i % 64 is >= 16 and < 48 ? (byte)255 : (byte)0).ToArray();
        var mask = Read(Pictures.ToVips(64, 64, pixels).JpegsaveBuffer(q: 90));
        Assert.Equal(pixels.Select(level => level != 0), mask.Inside);
    }

    [Fact]
    public void ReadMask_StoredOnItsSide_IsTurnedUpright()
    {
        var mask = Read(Pictures.WithOrientation(Grey(0, 1), 6).PngsaveBuffer());
        Assert.Equal((Height, Width), (mask.Width, mask.Height));
        Assert.Equal(_inside[(Height - 1) * Width], mask.Inside[0]);
        Assert.Equal(_inside[^1], mask.Inside[(Width - 1) * Height]);
        Assert.Equal(_inside.Count(inside => inside), mask.Inside.Count(inside => inside));
    }

    private static Image Grey(byte outside, byte inside) => Colours([outside], [inside]);

    private static Image Labels() => Pictures.ToVips(
        Width, Height, [.. _inside.Select((inside, i) => i == 0 ? (byte)255 : inside ? (byte)1 : (byte)0)]);

    private static Image Colours(byte[] outside, byte[] inside) =>
        Pictures.ToVips(Width, Height, [.. _inside.SelectMany(isInside => isInside ? inside : outside)]);

    private static Image Wide(ushort inside) =>
        Image.NewFromMemory([.. _inside.Select(i => i ? inside : (ushort)0)], Width, Height, 1, Enums.BandFormat.Ushort)
            .Copy(interpretation: Enums.Interpretation.Grey16);

    private static MaskImage Read(byte[] file) =>
        ImageReader.ReadMask(file, ImageLimits.Default, TestContext.Current.CancellationToken);
}
