using NetVips;
using Segmentation.Sam.Images;

namespace Segmentation.Sam.Tests.Images;

/// <summary>Cameras that were held sideways, and images higher than wide.</summary>
public sealed class OrientationTests
{
    public static TheoryData<int> All => new(Enumerable.Range(1, 8));

    [Theory]
    [MemberData(nameof(All))]
    public void ReadFull_Oriented_EqualsLibvipsAutorot(int orientation)
    {
        // Sides beyond one block of the rotation, and no multiple of it.
        using var stored = Pictures.WithOrientation(Pictures.ToVips(Pictures.Ramps(83, 45)), orientation);
        using var upright = stored.Autorot();
        byte[][] files = [stored.TiffsaveBuffer(), stored.WebpsaveBuffer(lossless: true), stored.PngsaveBuffer()];
        foreach (var file in files)
        {
            var image = Read(file);
            Assert.Equal((upright.Width, upright.Height), (image.Width, image.Height));
            Assert.Equal(upright.WriteToMemory<byte>(), image.Pixels);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void ReadHeader_OrientedJpeg_GivesUprightSize(int orientation)
    {
        var header = ImageReader.ReadHeader(Jpeg(Pictures.Ramps(64, 40), orientation), ImageLimits.Default);
        var expected = orientation >= 5 ? (40, 64) : (64, 40);
        Assert.Equal(expected, (header.Width, header.Height));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void ReadForModel_Oriented_EqualsResizedUprightImage(int orientation)
    {
        using var stored = Pictures.WithOrientation(Pictures.ToVips(Pictures.Ramps(83, 45)), orientation);
        using var upright = stored.Autorot();
        var image = ImageReader.ReadForModel(
            stored.TiffsaveBuffer(), ImageLimits.Default, TestContext.Current.CancellationToken);
        var expected = orientation >= 5 ? (45, 83, 555, 1024) : (83, 45, 1024, 555);
        var geometry = image.Geometry;
        Assert.Equal(expected, (geometry.Width, geometry.Height, geometry.ResizedWidth, geometry.ResizedHeight));
        var resized = PillowReference.Resize(
            new RgbImage(upright.Width, upright.Height, upright.WriteToMemory<byte>()),
            geometry.ResizedWidth,
            geometry.ResizedHeight);
        // Sideways images are resized before they are turned, columns first: each pass rounds.
        Assert.InRange(Pictures.LargestDifference(resized, image.Pixels), 0, orientation >= 5 ? 1 : 0);
    }

    [Fact]
    public void ReadForModel_LargeOrientedJpeg_TurnsWhatTheDecoderReduced()
    {
        // 4102 leaves a fraction of a pixel when halved twice; the top left corner of the upright image is red.
        using var stored = Pictures.Plain(4102, 2051, 0, 0, 255)
            .Insert(Pictures.Plain(1025, 1025, 255, 0, 0), 0, 2051 - 1025);
        var image = ImageReader.ReadForModel(
            Pictures.WithOrientation(stored, 6).JpegsaveBuffer(),
            ImageLimits.Default,
            TestContext.Current.CancellationToken);
        var geometry = image.Geometry;
        Assert.Equal((2051, 4102), (geometry.Width, geometry.Height));
        Assert.Equal((512, 1024), (geometry.ResizedWidth, geometry.ResizedHeight));
        Assert.InRange(Red(image, 10, 10), 250, 255);
        Assert.InRange(Red(image, 250, 250), 250, 255);
        Assert.InRange(Red(image, 500, 10), 0, 5);
        Assert.InRange(Red(image, 10, 1000), 0, 5);
        Assert.InRange(Red(image, 500, 1000), 0, 5);
        Assert.InRange(Red(image, 262, 262), 0, 5);
    }

    [Fact]
    public void ReadForModel_Portrait_IsHigherThanWide()
    {
        var portrait = Pictures.Ramps(30, 50);
        var image = ImageReader.ReadForModel(
            Pictures.ToPng(portrait), ImageLimits.Default, TestContext.Current.CancellationToken);
        Assert.Equal((614, 1024), (image.Geometry.ResizedWidth, image.Geometry.ResizedHeight));
        Assert.Equal(PillowReference.Resize(portrait, 614, 1024), image.Pixels);
    }

    [Theory]
    [InlineData(1, 1, 1024, 1024)]
    [InlineData(1, 3000, 1, 1024)]
    [InlineData(3000, 1, 1024, 1)]
    [InlineData(1024, 1024, 1024, 1024)]
    public void ReadForModel_ExtremeShapes_KeepTheirColour(int width, int height, int resizedWidth, int resizedHeight)
    {
        foreach (var file in new[] { Plain().PngsaveBuffer(), Plain().JpegsaveBuffer(q: 100) })
        {
            var image = ImageReader.ReadForModel(file, ImageLimits.Default, TestContext.Current.CancellationToken);
            Assert.Equal(
                (resizedWidth, resizedHeight), (image.Geometry.ResizedWidth, image.Geometry.ResizedHeight));
            Assert.False(image.Pixels.AsSpan().ContainsAnyExcept((byte)120));
        }

        Image Plain() => Pictures.Plain(width, height, 120, 120, 120);
    }

    private static int Red(ModelImage image, int x, int y) => image.Pixels[(y * image.Geometry.ResizedWidth + x) * 3];

    private static byte[] Jpeg(RgbImage image, int orientation) =>
        Pictures.WithOrientation(Pictures.ToVips(image), orientation).JpegsaveBuffer();

    private static RgbImage Read(byte[] file) =>
        ImageReader.ReadFull(file, ImageLimits.Default, TestContext.Current.CancellationToken);
}
