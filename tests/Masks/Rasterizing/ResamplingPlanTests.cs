using Segmentation.Masks.Geometry;
using Segmentation.Masks.Rasterizing;

namespace Segmentation.Masks.Tests.Rasterizing;

public sealed class ResamplingPlanTests
{
    [Fact]
    public void RequiredRows_EverySizeInTheSquare_LieInTheGridCells()
    {
        // Images as large as the square, and twice as large: every resized height from 1 to 1024.
        for (var height = 1; height <= 1024; height++)
        {
            foreach (var geometry in new[] { new ImageGeometry(1024, height), new(2048, 2 * height) })
            {
                var plan = new ResamplingPlan(geometry);
                Assert.Equal(height, geometry.ResizedHeight);
                Assert.InRange(plan.RequiredRows, 1, 4 * geometry.GridRows);
                Assert.True(plan.RequiredRows > 4 * (geometry.GridRows - 1), $"One grid row too many at {height}.");
            }
        }
    }

    [Theory]
    [InlineData(600, 400, 64, 43)]
    [InlineData(1920, 1080, 64, 37)]
    [InlineData(1080, 1920, 37, 64)]
    [InlineData(4000, 3000, 64, 49)]
    [InlineData(1000, 1000, 64, 64)]
    [InlineData(4000, 1, 64, 1)]
    public void GridCells_ImageEndsWithACell_TakesOneMore(int width, int height, int columns, int rows)
    {
        var geometry = new ImageGeometry(width, height);

        Assert.Equal((columns, rows), (geometry.GridColumns, geometry.GridRows));
    }

    [Theory]
    [InlineData(600, 400)]
    [InlineData(300, 4000)]
    [InlineData(1, 1)]
    public void RequiredRows_StretchedImage_AreThoseOfTheWholeSquare(int width, int height)
    {
        var plan = new ResamplingPlan(new(width, height, Resizing.Stretch));

        Assert.Equal((1024, 1024), (plan.Geometry.ResizedWidth, plan.Geometry.ResizedHeight));
        Assert.Equal((64, 64), (plan.Geometry.GridColumns, plan.Geometry.GridRows));
        // A single pixel lies in the middle of the square, between the values 127 and 128.
        Assert.Equal((width == 1 ? 129 : 256, height == 1 ? 129 : 256), (plan.RequiredColumns, plan.RequiredRows));
    }

    [Theory]
    [InlineData(1600, 400, Resizing.LongestSide, 64, 64)]
    [InlineData(1600, 400, Resizing.Stretch, 64, 256)]
    [InlineData(400, 1600, Resizing.LongestSide, 64, 64)]
    [InlineData(400, 1600, Resizing.Stretch, 256, 64)]
    public void ToModel_PortraitAndPanorama_FollowTheRule(int width, int height, Resizing resizing, float x, float y)
    {
        var geometry = new ImageGeometry(width, height, resizing);

        Assert.Equal((x, y), (geometry.ToModelX(100), geometry.ToModelY(100)));
    }

    [Theory]
    [InlineData(Resizing.LongestSide)]
    [InlineData(Resizing.Stretch)]
    public void Weights_AnySize_AreMeans(Resizing resizing)
    {
        foreach (var (size, resized) in new[] { (1, 1), (1, 1024), (7, 1024), (600, 1024), (1024, 1024), (4000, 1024) })
        {
            var taps = new AxisTaps(size, resized, resizing);
            for (var pixel = 0; pixel < size; pixel++)
            {
                Assert.Equal(1, taps.Weight0[pixel] + taps.Weight1[pixel] + taps.Weight2[pixel], 1e-6);
                Assert.True(taps.Weight0[pixel] >= 0 && taps.Weight1[pixel] >= 0 && taps.Weight2[pixel] >= 0);
            }
        }
    }
}
