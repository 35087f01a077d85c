using CsCheck;
using Segmentation.Masks.Everything;

namespace Segmentation.Masks.Tests.Everything;

public sealed class PointLevelsTests
{
    private const double Rounding = 1e-6;

    /// <summary>Few coordinates: points on top of each other, and some just as far apart as they may be.</summary>
    private static readonly Gen<GridPoint[]> _anyGrid =
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, 60], (x, y) => new GridPoint(x / 60.0, y / 60.0)).Array[1, 80];

    [Fact]
    public void Points_EvenGrid_AreEvenAtEveryLevel()
    {
        var levels = new PointLevels(PointGrid.Even(32), EverythingProfile.Fast);

        Assert.Equal([64, 192, 768], Enumerable.Range(0, levels.Count).Select(l => levels.Points(l).Count()));
        Assert.All(levels.Points(0), p => Assert.Equal((2, 2), (p % 32 % 4, p / 32 % 4)));
        Assert.All(levels.Points(1), p => Assert.Equal((0, 0), (p % 2, p / 32 % 2)));
    }

    [Fact]
    public void Points_Faithful_AreOneLevel()
    {
        var levels = new PointLevels(PointGrid.Even(5), EverythingProfile.Faithful);

        Assert.Equal(1, levels.Count);
        Assert.Equal(Enumerable.Range(0, 25), levels.Points(0));
        Assert.All(levels.Points(0), p => Assert.Empty(levels.Near(p)));
    }

    [Fact]
    public void Points_AnyGrid_AreEachOfOneLevelAndSomeOfTheFirst() => _anyGrid.Sample(grid =>
    {
        var levels = new PointLevels(grid, EverythingProfile.Fast);
        var byLevel = Enumerable.Range(0, levels.Count).Select(l => levels.Points(l).ToList()).ToList();

        Assert.NotEmpty(byLevel[0]);
        Assert.Equal(Enumerable.Range(0, grid.Length), byLevel.SelectMany(p => p).Order());
    });

    [Fact]
    public void Near_AnyGrid_IsFinerPointsWithinTheCoarserLevelsCell() => _anyGrid.Sample(grid =>
    {
        var levels = new PointLevels(grid, EverythingProfile.Fast);
        var level = Enumerable.Range(0, grid.Length)
            .Select(p => Enumerable.Range(0, 3).Single(l => levels.Points(l).Contains(p))).ToArray();
        var side = Math.Sqrt(grid.Length);
        double[] reach = [0, 1 / Math.Ceiling(side / 4), 1 / Math.Ceiling(side / 2)];

        for (var point = 0; point < grid.Length; point++)
        {
            var expected = Enumerable.Range(0, grid.Length).Where(other => level[other] > level[point]
                && Math.Abs(grid[other].X - grid[point].X) <= reach[level[other]] + Rounding
                && Math.Abs(grid[other].Y - grid[point].Y) <= reach[level[other]] + Rounding);
            Assert.Equal(expected, levels.Near(point).Order());
        }
    });
}
