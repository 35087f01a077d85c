using CsCheck;
using Segmentation.Masks.Geometry;
using Segmentation.Masks.Png;
using Segmentation.Sam.Images;

namespace Segmentation.Sam.Tests.Images;

public sealed class ImageCropperTests
{
    private static readonly RgbImage _coffee = ImageReader.ReadFull(
        File.ReadAllBytes(TestData.Path("images", "coffee.png")), ImageLimits.Default, CancellationToken.None);

    [Fact]
    public void Crop_AnyBox_IsWhatAFileOfThesePixelsGives() => Gen.Select(
        Gen.Int[1, 500], Gen.Int[1, 300], Gen.Int[0, 100], Gen.Int[0, 100]).Sample(
            (width, height, x, y) =>
            {
                var pixels = new byte[width * height * 3];
                for (var row = 0; row < height; row++)
                {
                    _coffee.Pixels.AsSpan(((y + row) * _coffee.Width + x) * 3, width * 3)
                        .CopyTo(pixels.AsSpan(row * width * 3));
                }

                var file = PngWriter.Rgb(width, height, pixels);
                var expected = ImageReader.ReadForModel(file, ImageLimits.Default, CancellationToken.None);

                var crop = ImageCropper.Crop(_coffee, new(x, y, width, height), CancellationToken.None);

                Assert.Equal(expected.Geometry, crop.Geometry);
                Assert.True(expected.Pixels.AsSpan().SequenceEqual(crop.Pixels));
            },
            iter: 20);

    [Theory]
    [InlineData(-1, 0, 10, 10)]
    [InlineData(0, -1, 10, 10)]
    [InlineData(595, 0, 10, 10)]
    [InlineData(0, 395, 10, 10)]
    [InlineData(0, 0, 0, 10)]
    public void Crop_OutsideOfTheImage_Refuses(int x, int y, int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => ImageCropper.Crop(_coffee, new PixelBox(x, y, width, height), TestContext.Current.CancellationToken));
}
