using CsCheck;
using Segmentation.Sam.Masks;

namespace Segmentation.Sam.Tests.Masks;

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
    public void Trace_HolesTouchingAtACorner_ShareAnOutline()
    {
        var polygons = Trace(
            "####",
            "#.##",
            "##.#",
            "####");

        Assert.Equal([false, true], polygons.Select(p => p.IsHole));
    }

    [Fact]
    public void Trace_AnyMask_FilledByEvenOddRuleGivesItBack() => MaskGen.Mask(24).Sample(mask =>
    {
        var polygons = MaskPolygons.Trace(mask.ToRunLengths());
        return Fill(mask.Height, mask.Width, polygons).AsSpan().SequenceEqual(mask.Pixels);
    });

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

    /// <summary>A pixel is inside when an odd number of edges lies to the left of its centre.</summary>
    private static byte[] Fill(int height, int width, IReadOnlyList<MaskPolygon> polygons)
    {
        var pixels = new byte[height * width];
        foreach (var corners in polygons.Select(p => p.Coordinates))
        {
            for (var i = 0; i < corners.Count; i += 2)
            {
                var (x, y, nextY) = ((int)corners[i], (int)corners[i + 1], (int)corners[(i + 3) % corners.Count]);
                for (var row = Math.Min(y, nextY); row < Math.Max(y, nextY); row++)
                {
                    for (var column = x; column < width; column++)
                    {
                        pixels[row * width + column] ^= 1;
                    }
                }
            }
        }

        return pixels;
    }

    private static IReadOnlyList<MaskPolygon> Trace(params string[] rows)
    {
        byte[] pixels = [.. rows.SelectMany(row => row.Select(c => (byte)(c == '#' ? 1 : 0)))];
        return MaskPolygons.Trace(RunLengths.FromBytes(rows.Length, rows[0].Length, pixels));
    }
}
