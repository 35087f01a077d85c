using CsCheck;
using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Valid;
using Segmentation.Masks.Polygons;

namespace Segmentation.Masks.Tests.Polygons;

/// <summary>Polygons are valid, as NetTopologySuite judges, and are the mask bit for bit.</summary>
public sealed class MaskPolygonsValidityTests
{
    private static readonly GeometryFactory _geometry = new();

    public static TheoryData<string> Goldens =>
        new(Directory.GetFiles(GoldenMasks.Folder, "*.json").Select(f => Path.GetFileName(f)!));

    [Fact]
    public void Trace_AnySmallMask_IsValidAndTheMask() =>
        MaskGen.Mask(12).Sample(mask => AssertExact(mask.ToRunLengths()), iter: 3000);

    [Fact]
    public void Trace_AnyMask_IsValidAndTheMask() =>
        MaskGen.Mask(60).Sample(mask => AssertExact(mask.ToRunLengths()), iter: 200);

    /// <summary>All 65,536 masks of 4 x 4 pixels: every way in which pixels can touch there.</summary>
    [Fact]
    public void Trace_EveryMaskOfFourByFour_IsValidAndTheMask()
    {
        var pixels = new byte[16];
        for (var bits = 0; bits < 1 << 16; bits++)
        {
            for (var i = 0; i < pixels.Length; i++)
            {
                pixels[i] = (byte)(bits >> i & 1);
            }

            AssertExact(RunLengths.FromBytes(4, 4, pixels));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 40)]
    [InlineData(40, 1)]
    [InlineData(31, 50)]
    public void Trace_Checkerboard_IsValidAndTheMask(int height, int width)
    {
        AssertExact(Draw(height, width, (x, y) => ((x + y) & 1) == 0));
        AssertExact(Draw(height, width, (x, y) => ((x + y) & 1) != 0));
    }

    /// <summary>Rings around each other, square ones and ones that hang together at corners only.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Trace_NestedRings_IsValidAndTheMask(bool diamonds) => AssertExact(Draw(61, 61, (x, y) =>
    {
        var (dx, dy) = (Math.Abs(x - 30), Math.Abs(y - 30));
        return ((diamonds ? dx + dy : Math.Max(dx, dy)) & 1) == 0;
    }));

    /// <summary>A hole that winds, and touches itself and the outer ring at many corners.</summary>
    [Fact]
    public void Trace_HolesThatTouchInChains_IsValidAndTheMask() => AssertExact(
        Draw(33, 47, (x, y) => !(x % 4 == y % 4 || (x + y) % 6 == 0 && x % 3 != 1)));

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Trace_GoldenMask_IsValidAndTheMask(string file)
    {
        var masks = GoldenMasks.Of(file);

        Assert.NotEmpty(masks);
        Assert.All(masks, AssertExact);
    }

    private static void AssertExact(RunLengths mask)
    {
        var rings = MaskPolygons.Trace(mask);
        var all = _geometry.CreateMultiPolygon([.. Polygons(rings)]);

        var problem = new IsValidOp(all).ValidationError;
        Assert.True(problem is null, $"{problem} in {mask.ToCocoString()}, {mask.Height} x {mask.Width}");
        // Valid rings do not overlap, so the area of each polygon is that of its outer ring less that of its holes.
        Assert.Equal(mask.Area, all.Area);
        Assert.Equal(mask, EvenOdd.Fill(mask.Height, mask.Width, rings));
    }

    /// <summary>An outer ring and the holes that follow it are a polygon.</summary>
    private static IEnumerable<Polygon> Polygons(IReadOnlyList<MaskPolygon> rings)
    {
        for (var i = 0; i < rings.Count;)
        {
            Assert.False(rings[i].IsHole);
            var shell = Ring(rings[i++]);
            var holes = rings.Skip(i).TakeWhile(ring => ring.IsHole).Select(Ring).ToArray();
            i += holes.Length;
            yield return _geometry.CreatePolygon(shell, holes);
        }
    }

    private static LinearRing Ring(MaskPolygon ring)
    {
        Coordinate[] corners = [.. ring.Coordinates.Chunk(2).Select(c => new Coordinate(c[0], c[1]))];
        var linear = _geometry.CreateLinearRing([.. corners, corners[0]]);
        Assert.True(linear.IsSimple);
        return linear;
    }

    private static RunLengths Draw(int height, int width, Func<int, int, bool> isInside)
    {
        var pixels = new byte[height * width];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(isInside(i % width, i / width) ? 1 : 0);
        }

        return RunLengths.FromBytes(height, width, pixels);
    }
}
