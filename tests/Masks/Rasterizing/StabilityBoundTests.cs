using CsCheck;
using Segmentation.Masks.Geometry;
using Segmentation.Masks.Rasterizing;

namespace Segmentation.Masks.Tests.Rasterizing;

public sealed class StabilityBoundTests
{
    [Fact]
    public void AtMost_AnyLogitsAndSize_IsNeverBelowTheScore()
    {
        var (bound, workspace) = (new StabilityBound(), new MaskWorkspace());
        Gen.Select(LogitsGen.Logits, LogitsGen.Geometry, Gen.Float[0.1f, 2]).Sample(
            (logits, geometry, offset) =>
            {
                var plan = new ResamplingPlan(geometry);
                var mask = MaskRasterizer.Rasterize(logits, 256, 256, plan, workspace, 0, offset);

                Assert.InRange(bound.AtMost(logits, 256, plan, -offset, offset), mask.StabilityScore, 1);
            },
            iter: 100,
            threads: 1);
    }

    [Theory]
    [InlineData(600, 400)]
    [InlineData(5312, 2988)]
    [InlineData(300, 2000)]
    public void AtMost_BroadSlope_IsNearTheScore(int width, int height)
    {
        // From -4 to 4 across the image's part of the square: a quarter of it lies above 2, three quarters above -2.
        var plan = new ResamplingPlan(new(width, height));
        var logits = new float[256 * 256];
        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] = ((i % 256 + 0.5f) / plan.RequiredColumns - 0.5f) * 8;
        }

        var score = MaskRasterizer.Rasterize(
            logits, 256, 256, plan, new(), 0, 2, new(null, TestContext.Current.CancellationToken)).StabilityScore;
        var bound = new StabilityBound().AtMost(logits, 256, plan, -2, 2);

        Assert.Equal(1.0 / 3, score, 0.02);
        Assert.InRange(bound, score, score + 0.06);
    }

    [Fact]
    public void AtMost_NothingSurelyAboveTheLowerLevel_IsOne() => Assert.Equal(
        1, new StabilityBound().AtMost(new float[256 * 256], 256, new(new ImageGeometry(9, 7)), 0, 1));
}
