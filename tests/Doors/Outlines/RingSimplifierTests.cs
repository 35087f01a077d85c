using Segmentation.Doors.Outlines;

namespace Segmentation.Doors.Tests.Outlines;

public sealed class RingSimplifierTests
{
    [Fact]
    public void Simplify_CornersOnStraightLines_LeavesThemOut()
    {
        float[] ring = [0, 0, 5, 0, 10, 0, 10, 10, 5, 10, 0, 10, 0, 5];

        Assert.Equal([0, 0, 10, 0, 10, 10, 0, 10], RingSimplifier.Simplify(ring, 0));
    }

    [Theory]
    [InlineData(0.5, 8)]
    [InlineData(1.5, 4)]
    public void Simplify_ATooth_StaysWhereItIsHigherThanTheTolerance(double tolerance, int corners)
    {
        float[] ring = [0, 0, 4, 0, 4, 1, 6, 1, 6, 0, 20, 0, 20, 20, 0, 20];

        Assert.Equal(corners, RingSimplifier.Simplify(ring, tolerance).Count / 2);
    }

    /// <summary>A tolerance larger than the ring still gives a polygon.</summary>
    [Fact]
    public void Simplify_LargeTolerance_KeepsThreeCornersAtLeast()
    {
        float[] ring = [0, 0, 2, 0, 2, 2, 0, 2];

        Assert.True(RingSimplifier.Simplify(ring, 100).Count >= 6);
    }

    [Fact]
    public void Simplify_ATriangle_IsKept()
    {
        float[] ring = [0, 0, 2, 0, 2, 2];

        Assert.Same(ring, RingSimplifier.Simplify(ring, 100));
    }

    /// <summary>Deep rings, too: there is no recursion.</summary>
    [Fact]
    public void Simplify_ManyCorners_NoneIsFurtherAwayThanTheTolerance()
    {
        const int Count = 20_000;
        var ring = Enumerable.Range(0, Count)
            .SelectMany(i => new[]
            {
                (float)(1000 * Math.Cos(2 * Math.PI * i / Count)), (float)(1000 * Math.Sin(2 * Math.PI * i / Count)),
            })
            .ToArray();

        var kept = RingSimplifier.Simplify(ring, 1);

        Assert.InRange(kept.Count / 2, 30, 200);
        for (var i = 0; i < kept.Count; i += 2)
        {
            var (nextX, nextY) = (kept[(i + 2) % kept.Count], kept[(i + 3) % kept.Count]);
            var (x, y) = ((kept[i] + nextX) / 2, (kept[i + 1] + nextY) / 2);
            Assert.True(1000 - Math.Sqrt((x * x) + (y * y)) <= 1.01);
        }
    }
}
