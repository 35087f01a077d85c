using NetVips;
using Segmentation.Sam.Images;
using Segmentation.Sam.Images.Errors;

namespace Segmentation.Sam.Tests.Images;

/// <summary>Every format, and every kind of pixel that becomes RGB.</summary>
public sealed class ColourTests
{
    private static readonly RgbImage _picture = Pictures.Ramps();

    public static TheoryData<string, string, Func<Image, byte[]>> Lossless => new()
    {
        { "PNG", "image/png", image => image.PngsaveBuffer() },
        { "interlaced PNG", "image/png", image => image.PngsaveBuffer(interlace: true) },
        { "lossless WebP", "image/webp", image => image.WebpsaveBuffer(lossless: true) },
        { "TIFF", "image/tiff", image => image.TiffsaveBuffer() },
        { "LZW TIFF", "image/tiff", image => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw) },
        { "tiled TIFF", "image/tiff", image => image.TiffsaveBuffer(tile: true, tileWidth: 16, tileHeight: 16) },
        { "big TIFF", "image/tiff", image => image.TiffsaveBuffer(bigtiff: true) },
        {
            "TIFF with predictor", "image/tiff", image => image.TiffsaveBuffer(
                compression: Enums.ForeignTiffCompression.Deflate,
                predictor: Enums.ForeignTiffPredictor.Horizontal)
        },
        { "PNG with opaque alpha", "image/png", image => image.AddAlpha().PngsaveBuffer() },
        { "16-bit PNG", "image/png", image => Wide(image).PngsaveBuffer() },
        { "16-bit TIFF", "image/tiff", image => Wide(image).TiffsaveBuffer() },
        { "16-bit PNG with alpha", "image/png", image => Wide(image.AddAlpha()).PngsaveBuffer() },
    };

    public static TheoryData<string, string, Func<Image, byte[]>> Lossy => new()
    {
        { "JPEG", "image/jpeg", image => image.JpegsaveBuffer(q: 95) },
        { "progressive JPEG", "image/jpeg", image => image.JpegsaveBuffer(q: 95, interlace: true) },
        {
            "JPEG without subsampling", "image/jpeg",
            image => image.JpegsaveBuffer(q: 95, subsampleMode: Enums.ForeignSubsample.Off)
        },
        { "WebP", "image/webp", image => image.WebpsaveBuffer(q: 95) },
        {
            "JPEG in TIFF", "image/tiff",
            image => image.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Jpeg, q: 95)
        },
        { "GIF", "image/gif", image => image.GifsaveBuffer(dither: 0) },
        { "palette PNG", "image/png", image => image.PngsaveBuffer(palette: true, dither: 0) },
    };

    public static TheoryData<string, Func<Image, byte[]>> Cmyk => new()
    {
        { "JPEG without profile", image => ToCmyk(image).JpegsaveBuffer(q: 95, keep: Enums.ForeignKeep.None) },
        { "JPEG with profile", image => ToCmyk(image).JpegsaveBuffer(q: 95, keep: Enums.ForeignKeep.Icc) },
        { "TIFF without profile", image => ToCmyk(image).TiffsaveBuffer(keep: Enums.ForeignKeep.None) },
        { "TIFF with profile", image => ToCmyk(image).TiffsaveBuffer(keep: Enums.ForeignKeep.Icc) },
        { "16-bit TIFF", image => image.IccTransform("cmyk", depth: 16).TiffsaveBuffer() },
    };

    [Theory]
    [MemberData(nameof(Lossless))]
    public void ReadFull_LosslessFile_GivesThePixels(string name, string mediaType, Func<Image, byte[]> save)
    {
        Assert.NotEmpty(name);
        var file = save(Pictures.ToVips(_picture));
        Assert.Equal(new ImageHeader(48, 32, mediaType), ImageReader.ReadHeader(file, ImageLimits.Default));
        Assert.Equal(_picture.Pixels, Read(file).Pixels);
    }

    [Theory]
    [MemberData(nameof(Lossy))]
    public void ReadFull_LossyFile_GivesAboutThePixels(string name, string mediaType, Func<Image, byte[]> save)
    {
        Assert.NotEmpty(name);
        var file = save(Pictures.ToVips(_picture));
        Assert.Equal(new ImageHeader(48, 32, mediaType), ImageReader.ReadHeader(file, ImageLimits.Default));
        Assert.InRange(Pictures.LargestDifference(_picture.Pixels, Read(file).Pixels), 0, 24);
    }

    [Theory]
    [MemberData(nameof(Cmyk))]
    public void ReadFull_Cmyk_GivesAboutThePixels(string name, Func<Image, byte[]> save)
    {
        Assert.NotEmpty(name);
        var actual = Read(save(Pictures.ToVips(_picture)));
        Assert.Equal((48, 32), (actual.Width, actual.Height));
        Assert.InRange(Pictures.LargestDifference(_picture.Pixels, actual.Pixels), 0, 90);
        Assert.InRange(_picture.Pixels.Zip(actual.Pixels, (a, b) => Math.Abs(a - b)).Average(), 0, 20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void ReadFull_GreyPngOfFewBits_GivesEqualChannels(int bits)
    {
        // Levels that the depth can hold: black, white and nothing between for one bit.
        var step = 255 / ((1 << bits) - 1);
        var grey = Enumerable.Range(0, 24 * 10).Select(pixel => (byte)(pixel * step % 256 / step * step)).ToArray();
        var file = Pictures.ToVips(24, 10, grey).PngsaveBuffer(bitdepth: bits);
        Assert.Equal(grey.SelectMany(level => Enumerable.Repeat(level, 3)), Read(file).Pixels);
    }

    [Fact]
    public void ReadFull_GreyOf16Bits_KeepsBlackWhiteAndMiddle()
    {
        ushort[] levels = [0, 255, 256, 32_896, 65_279, 65_535];
        using var grey = Image.NewFromMemory(levels, levels.Length, 1, 1, Enums.BandFormat.Ushort)
            .Copy(interpretation: Enums.Interpretation.Grey16);
        var expected = new byte[] { 0, 0, 1, 128, 254, 255 }.SelectMany(level => Enumerable.Repeat(level, 3)).ToArray();
        Assert.Equal(expected, Read(grey.PngsaveBuffer()).Pixels);
        Assert.Equal(expected, Read(grey.TiffsaveBuffer()).Pixels);
    }

    [Fact]
    public void ReadFull_GreyJpeg_GivesEqualChannels()
    {
        var pixels = Read(Pictures.Plain(20, 10, 90).JpegsaveBuffer()).Pixels;
        Assert.Equal(600, pixels.Length);
        Assert.All(pixels, level => Assert.InRange(level, 88, 92));
    }

    [Fact]
    public void ReadFull_GreyWithAlpha_IsFlattenedOverWhite()
    {
        using var image = Pictures.ToVips(3, 1, [100, 255, 100, 0, 100, 128]);
        var pixels = Read(image.PngsaveBuffer()).Pixels;
        Assert.Equal([100, 100, 100, 255, 255, 255], pixels[..6]);
        Assert.All(pixels[6..], level => Assert.InRange(level, 176, 178));
    }

    [Fact]
    public void ReadFull_TransparentWebP_IsFlattenedOverWhite()
    {
        using var image = Pictures.ToVips(2, 1, [200, 100, 50, 255, 200, 100, 50, 0]);
        Assert.Equal([200, 100, 50, 255, 255, 255], Read(image.WebpsaveBuffer(lossless: true, exact: true)).Pixels);
    }

    [Fact]
    public void ReadFull_RgbWithForeignProfile_IgnoresTheProfile()
    {
        using var image = Pictures.ToVips(_picture).IccTransform("p3", inputProfile: "srgb");
        Assert.Equal(image.WriteToMemory<byte>(), Read(image.PngsaveBuffer()).Pixels);
    }

    [Fact]
    public void ReadFull_AnimatedGif_GivesFirstFrame()
    {
        Image[] pages = [Pictures.Plain(8, 6, 255, 0, 0), Pictures.Plain(8, 6, 0, 0, 255)];
        using var frames = Image.Arrayjoin(pages, across: 1)
            .Mutate(mutable => mutable.Set(GValue.GIntType, "page-height", 6));
        AssertFirstFrame(frames.GifsaveBuffer());
        AssertFirstFrame(frames.WebpsaveBuffer(lossless: true));
        AssertFirstFrame(frames.TiffsaveBuffer());
    }

    [Theory]
    [InlineData(Enums.BandFormat.Float, "floating-point numbers")]
    [InlineData(Enums.BandFormat.Uint, "32 bits")]
    [InlineData(Enums.BandFormat.Short, "signed numbers")]
    public void ReadFull_TiffOfOtherNumbers_NamesThem(Enums.BandFormat format, string expected)
    {
        var file = Pictures.ToVips(_picture).Cast(format).TiffsaveBuffer();
        var exception = Assert.Throws<ImageException>(() => Read(file));
        Assert.Equal(ImageError.UnsupportedFormat, exception.Error);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadFull_TiffOfManyChannels_NamesTheirNumber()
    {
        var file = Image.Black(8, 8, bands: 9).TiffsaveBuffer();
        var exception = Assert.Throws<ImageException>(() => Read(file));
        Assert.Equal(ImageError.UnsupportedFormat, exception.Error);
        Assert.Contains("9 channels", exception.Message, StringComparison.Ordinal);
    }

    private static void AssertFirstFrame(byte[] file)
    {
        var image = Read(file);
        Assert.Equal((8, 6), (image.Width, image.Height));
        Assert.Equal(Enumerable.Repeat<byte[]>([255, 0, 0], 48).SelectMany(pixel => pixel), image.Pixels);
    }

    private static RgbImage Read(byte[] file) =>
        ImageReader.ReadFull(file, ImageLimits.Default, TestContext.Current.CancellationToken);

    private static Image Wide(Image image) =>
        (image * 257).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Rgb16);

    private static Image ToCmyk(Image image) => image.IccTransform("cmyk", inputProfile: "srgb");
}
