using Segmentation.Sam.Images;

namespace Segmentation.Sam.Tests.Images;

/// <summary>The reference's own resized pixels.</summary>
public sealed class GoldenResizeTests
{
    [Theory]
    [InlineData("coffee.png", "resized-coffee-1024x683.png", 1024, 683)]
    [InlineData("retina.jpg", "resized-retina-1024x1024.png", 1024, 1024)]
    public void ReadForModel_NoShrinkOnLoad_EqualsReference(string image, string golden, int width, int height)
    {
        var actual = ReadForModel(image);
        Assert.Equal((width, height), (actual.Geometry.ResizedWidth, actual.Geometry.ResizedHeight));
        Assert.Equal(ReadGolden(golden), actual.Pixels);
    }

    [Fact]
    public void ReadForModel_ShrinkOnLoad_DiffersByLessThanHalfALevel()
    {
        var actual = ReadForModel("seeding.jpg");
        var expected = ReadGolden("resized-seeding-1024x576.png");
        Assert.Equal(expected.Length, actual.Pixels.Length);
        var differences = expected.Zip(actual.Pixels, (first, second) => Math.Abs(first - second)).ToArray();
        Assert.InRange(differences.Average(), 0, 0.25);
        Assert.InRange(differences.Max(), 1, 10);
    }

    [Fact]
    public void Resampler_LargeJpegDecodedWhole_EqualsReference()
    {
        var token = TestContext.Current.CancellationToken;
        using var image = EncodedImage.Open(Samples.Image("seeding.jpg"), ImageLimits.Default, token);
        using var rows = image.Decode();
        var resampler = new Resampler(rows.Width, rows.Height, 1024, 576, rows.Width, rows.Height);
        for (var strip = rows.Next(token); strip.Length > 0; strip = rows.Next(token))
        {
            resampler.Push(strip);
        }

        Assert.Equal(ReadGolden("resized-seeding-1024x576.png"), resampler.Output);
    }

    private static ModelImage ReadForModel(string name) => ImageReader.ReadForModel(
        Samples.Image(name), ImageLimits.Default, TestContext.Current.CancellationToken);

    private static byte[] ReadGolden(string name) => ImageReader.ReadFull(
        Samples.Golden(name), ImageLimits.Default, TestContext.Current.CancellationToken).Pixels;
}
