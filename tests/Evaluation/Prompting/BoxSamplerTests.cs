using Segmentation.Evaluation.Prompting;

namespace Segmentation.Evaluation.Tests.Prompting;

public sealed class BoxSamplerTests
{
    [Fact]
    public void Exact_IsTheFullExtent() => Assert.Equal(
        new BoxCorners(2, 3, 7, 5), BoxSampler.Exact(Pixels.Rectangle(20, 20, 2, 3, 5, 2)));

    [Fact]
    public void Noisy_IsOffByTenPercentAtMost20PixelsAndInThePicture()
    {
        var mask = Pixels.Rectangle(500, 500, 10, 100, 300, 50);
        float farthest = 0;
        for (var i = 0; i < 200; i++)
        {
            var box = BoxSampler.Noisy(mask, new SeededRandom(0, "picture", i));

            Assert.InRange(box.XMin, 0, 30);
            Assert.InRange(box.XMax, 290, 330);
            Assert.InRange(box.YMin, 95, 105);
            Assert.InRange(box.YMax, 145, 155);
            farthest = Math.Max(farthest, Math.Abs(box.XMax - 310));
        }

        Assert.InRange(farthest, 15, 20);
    }
}
