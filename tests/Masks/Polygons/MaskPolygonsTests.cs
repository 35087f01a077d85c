using CsCheck;
using Segmentation.Masks.Polygons;

namespace Segmentation.Masks.Tests.Polygons;

public sealed class MaskPolygonsTests
{
    [Fact]
    public void Trace_EmptyMask_HasNone() => Assert.Empty(MaskPolygons.Trace(new RunLengths(4, 5, 20)));

    [Fact]
    public void Trace_FullPortraitImage_IsItsFrame()
    {
        var polygon = Assert.Single(MaskPolygons.Trace(new RunLengths(7, 3, 0, 21)));

        Assert.Equal([0, 0, 3, 0, 3, 7, 0, 7], polygon.Coordinates);
        Assert.False(polygon.IsHole);
    }

    [Fact]
    public void Trace_Ring_HasAnOutlineAndAHole()
    {
        var polygons = Trace(
            "....",
            ".###",
            ".#.#",
            ".###");

        Assert.Equal(2, polygons.Count);
        Assert.Equal([1, 1, 4, 1, 4, 4, 1, 4], polygons[0].Coordinates);
        Assert.False(polygons[0].IsHole);
        Assert.Equal([2, 2, 2, 3, 3, 3, 3, 2], polygons[1].Coordinates);
        Assert.True(polygons[1].IsHole);
    }

    [Fact]
    public void Trace_PixelsTouchingAtACorner_HaveOutlinesOfTheirOwn()
    {
        var falling = Trace("#.", ".#");
        var rising = Trace(".#", "#.");

        Assert.Equal([[0, 0, 1, 0, 1, 1, 0, 1], [1, 1, 2, 1, 2, 2, 1, 2]], falling.Select(p => p.Coordinates));
        Assert.Equal([[0, 1, 1, 1, 1, 2, 0, 2], [1, 0, 2, 0, 2, 1, 1, 1]], rising.Select(p => p.Coordinates));
    }

    [Fact]
    public void Trace_HolesTouchingAtACorner_HaveOutlinesOfTheirOwn()
    {
        var polygons = Trace(
            "####",
            "#.##",
            "##.#",
            "####");

        Assert.Equal([false, true, true], polygons.Select(p => p.IsHole));
        Assert.Equal([1, 1, 1, 2, 2, 2, 2, 1], polygons[1].Coordinates);
        Assert.Equal([2, 2, 2, 3, 3, 3, 3, 2], polygons[2].Coordinates);
    }

    [Fact]
    public void Trace_OutlineThatTouchesItself_IsAnOutlineAndAHole()
    {
        var polygons = Trace(
            "###",
            "#.#",
            "##.");

        Assert.Equal([false, true], polygons.Select(p => p.IsHole));
        Assert.Equal([0, 0, 3, 0, 3, 2, 2, 2, 2, 3, 0, 3], polygons[0].Coordinates);
        Assert.Equal([1, 1, 1, 2, 2, 2, 2, 1], polygons[1].Coordinates);
    }

    [Fact]
    public void Trace_SeveralRings_EachIsFollowedByItsHoles()
    {
        var polygons = Trace(
            "#######.###",
            "#.....#.#.#",
            "#.###.#.###",
            "#.#.#.#....",
            "#.###.#.###",
            "#.....#.###",
            "#######.###");

        Assert.Equal(
            [(0, false), (1, true), (2, false), (3, true), (8, false), (9, true), (8, false)],
            polygons.Select(p => ((int)p.Coordinates[0], p.IsHole)));
    }

    [Fact]
    public void Trace_AnyMask_TurnsAtEveryCornerAndEnclosesItsArea() => MaskGen.Mask(24).Sample(mask =>
    {
        var doubleArea = 0f;
        foreach (var polygon in MaskPolygons.Trace(mask.ToRunLengths()))
        {
            var corners = polygon.Coordinates.Chunk(2).Select(c => (X: c[0], Y: c[1])).ToArray();
            var next = corners.Skip(1).Append(corners[0]).ToArray();
            var own = corners.Zip(next).Sum(e => e.First.X * e.Second.Y - e.Second.X * e.First.Y);
            var horizontal = corners.Zip(next).Select(e => e.First.Y == e.Second.Y).ToArray();
            var vertical = corners.Zip(next).Select(e => e.First.X == e.Second.X);

            Assert.Equal(polygon.IsHole, own < 0);
            Assert.All(horizontal.Zip(vertical), edge => Assert.NotEqual(edge.First, edge.Second));
            Assert.All(horizontal.Zip(horizontal.Skip(1)), pair => Assert.NotEqual(pair.First, pair.Second));
            doubleArea += own;
        }

        Assert.Equal(mask.ToRunLengths().Area * 2, doubleArea);
    });

    private static IReadOnlyList<MaskPolygon> Trace(params string[] rows)
    {
        byte[] pixels = [.. rows.SelectMany(row => row.Select(c => (byte)(c == '#' ? 1 : 0)))];
        return MaskPolygons.Trace(RunLengths.FromBytes(rows.Length, rows[0].Length, pixels));
    }
}
