using CsCheck;
using Segmentation.Masks.Everything;

namespace Segmentation.Masks.Tests.Everything;

public sealed class PointGridTests
{
    [Fact]
    public void Even_AnySide_HasPointsInTheMiddleOfEqualCells() => Gen.Int[1, 70].Sample(side =>
    {
        var grid = PointGrid.Even(side);

        Assert.Equal(side * side, grid.Count);
        for (var i = 0; i < grid.Count; i++)
        {
            Assert.Equal((i % side + 0.5) / side, grid[i].X, 1e-12);
            Assert.Equal((i / side + 0.5) / side, grid[i].Y, 1e-12);
        }
    });

    [Fact]
    public void PointInCrop_Golden_IsExact()
    {
        // The first annotation of Data/golden/everything-chelsea.json, 451 x 300.
        var crop = new EverythingPlan(451, 300, EverythingOptions.Default).Crops[0];

        Assert.Equal((331.203125, 51.5625), crop.PointInCrop(5 * 32 + 23));
    }

    [Theory]
    [InlineData(32, 2, 0, 32)]
    [InlineData(32, 2, 1, 16)]
    [InlineData(32, 3, 2, 3)]
    [InlineData(10, 1, 5, 10)]
    public void PointsPerSide_LaterLayers_AreScaledDownAndRounded(int side, int factor, int layer, int expected) =>
        Assert.Equal(expected, PointGrid.PointsPerSide(
            new() { PointsPerSide = side, CropNPointsDownscaleFactor = factor }, layer));

    [Fact]
    public void Crops_CustomGrids_AreTakenByLayer()
    {
        var options = new EverythingOptions
        {
            PointsPerSide = null,
            PointGrids = [[new(0.5, 0.25)], [new(0, 0), new(1, 1)]],
            CropNLayers = 1,
        };

        var plan = new EverythingPlan(100, 80, options);

        Assert.Equal([1, 2, 2, 2, 2], plan.Crops.Select(c => c.Grid.Count));
        Assert.Equal((50.0, 20.0), plan.Crops[0].PointInCrop(0));
        Assert.Equal(9, plan.Points);
    }
}
