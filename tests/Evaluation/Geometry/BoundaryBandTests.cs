using Segmentation.Evaluation.Geometry;

namespace Segmentation.Evaluation.Tests.Geometry;

public sealed class BoundaryBandTests
{
    [Fact]
    public void IoU_SameMask_IsOne() =>
        Assert.Equal(1, BoundaryBand.IoU(Pixels.Rectangle(40, 30, 5, 5, 20, 10), Pixels.Rectangle(40, 30, 5, 5, 20, 10)));

    /// <summary>Of 50 x 50 pixels a band is one pixel wide: 36 and 32 pixels here, of which 17 are in both.</summary>
    [Fact]
    public void IoU_RectanglesWithACommonCorner_CountsTheBandsAlone()
    {
        Assert.Equal(1, BoundaryBand.Reach(50, 50));

        var iou = BoundaryBand.IoU(Pixels.Rectangle(50, 50, 5, 5, 10, 10), Pixels.Rectangle(50, 50, 5, 5, 9, 9));

        Assert.Equal(17.0 / (36 + 32 - 17), iou, 12);
    }

    [Fact]
    public void IoU_MasksApartOrEmpty_IsZero()
    {
        Assert.Equal(0, BoundaryBand.IoU(Pixels.Rectangle(50, 50, 1, 1, 5, 5), Pixels.Rectangle(50, 50, 20, 20, 5, 5)));
        Assert.Equal(0, BoundaryBand.IoU(Pixels.Mask("..", ".."), Pixels.Mask("..", "..")));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(640, 480, 16)]
    public void Reach_IsTwoPercentOfTheDiagonal(int width, int height, int reach) =>
        Assert.Equal(reach, BoundaryBand.Reach(width, height));
}
