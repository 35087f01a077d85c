using Segmentation.Masks.Geometry;
using Segmentation.Sam.Images;
using Segmentation.Sam.Tests.Published;

namespace Segmentation.Sam.Tests.Images;

/// <summary>Pictures stretched to the square, against the antialiased filter in double precision.</summary>
public sealed class StretchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(48, 32)]
    [InlineData(90, 1500)]
    [InlineData(2600, 150)]
    [InlineData(1, 1)]
    [InlineData(1024, 1024)]
    public void ReadForModel_AnyProportions_FillsTheSquareToAFractionOfALevel(int width, int height)
    {
        var picture = Pictures.Ramps(width, height);
        var expected = SquareReference.Stretch(picture);

        var image = Read(Pictures.ToPng(picture));

        Assert.Equal((width, height), (image.Geometry.Width, image.Geometry.Height));
        Assert.Equal((1024, 1024), (image.Geometry.ResizedWidth, image.Geometry.ResizedHeight));
        // Half a step, and the rounding of floats.
        Assert.InRange(Worst(expected, image.Steps!, 256), 0, 0.0022);
        Assert.InRange(Worst(expected, Array.ConvertAll(image.Pixels, level => (ushort)level), 1), 0, 0.505);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    public void ReadForModel_Oriented_EqualsTheUprightPicture(int orientation)
    {
        using var stored = Pictures.WithOrientation(Pictures.ToVips(Pictures.Ramps(64, 48)), orientation);
        var file = stored.TiffsaveBuffer();
        var upright = ImageReader.ReadFull(file, ImageLimits.Default, Cancel);

        var image = Read(file);

        var expected = SquareReference.Stretch(upright);
        Assert.Equal((upright.Width, upright.Height), (image.Geometry.Width, image.Geometry.Height));
        Assert.InRange(Worst(expected, image.Steps!, 256), 0, 0.0022);
    }

    [Fact]
    public void ReadForModel_LongJpeg_IsNotReducedBelowTheSquareAlongItsShortSide()
    {
        // The longest side alone would allow reduction to an eighth, which leaves 60 of the 480 rows.
        var picture = Pictures.Ramps(16_000, 480);
        var file = Pictures.ToVips(picture).JpegsaveBuffer(q: 95);
        var decoded = ImageReader.ReadFull(file, ImageLimits.Default, Cancel);

        var image = Read(file);

        var expected = SquareReference.Stretch(decoded);
        Assert.InRange(Worst(expected, image.Steps!, 256), 0, 0.0022);
    }

    [Fact]
    public void Crop_Stretched_IsWhatAFileOfThesePixelsGives()
    {
        var picture = Pictures.Ramps(300, 200);
        var crop = new PixelBox(40, 30, 200, 50);
        var pixels = new byte[crop.Width * crop.Height * 3];
        for (var y = 0; y < crop.Height; y++)
        {
            picture.Pixels.AsSpan(((crop.Y + y) * picture.Width + crop.X) * 3, crop.Width * 3)
                .CopyTo(pixels.AsSpan(y * crop.Width * 3));
        }

        var expected = Read(Pictures.ToPng(new RgbImage(crop.Width, crop.Height, pixels)));

        var actual = ImageCropper.Crop(picture, crop, Resizing.Stretch, Cancel);

        Assert.Equal(expected.Geometry, actual.Geometry);
        Assert.Equal(expected.Steps, actual.Steps);
    }

    [Theory]
    [InlineData(Resizing.LongestSide, 64)]
    [InlineData(Resizing.Stretch, 256)]
    public void ToLogits_PanoramaWhoseRightHalfIsInside_FollowsTheRule(Resizing resizing, int rows)
    {
        var (width, height) = (400, 100);
        var inside = Enumerable.Range(0, width * height).Select(i => i % width >= width / 2).ToArray();

        var logits = new MaskImage(width, height, inside).ToLogits(resizing);

        for (var i = 0; i < logits.Length; i++)
        {
            Assert.Equal(i / 256 < rows && i % 256 >= 128 ? 10 : -10, logits[i]);
        }
    }

    /// <summary>Largest difference from the expected grey levels.</summary>
    private static double Worst(double[] expected, ushort[] steps, double stepsOfALevel)
    {
        Assert.Equal(expected.Length, steps.Length);
        return expected.Zip(steps, (level, step) => Math.Abs(level - step / stepsOfALevel)).Max();
    }

    private static ModelImage Read(byte[] file) =>
        ImageReader.ReadForModel(file, ImageLimits.Default, Resizing.Stretch, Cancel);
}
