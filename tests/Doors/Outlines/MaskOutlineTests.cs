using System.Text;
using Segmentation.Doors.Outlines;
using Segmentation.Masks;
using Segmentation.Masks.Polygons;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Tests.Outlines;

public sealed class MaskOutlineTests
{
    /// <summary>A square with a hole, and a single pixel beside it.</summary>
    private static readonly Mask _mask = MaskOf(
        "XXXX..",
        "X..X..",
        "X..X.X",
        "XXXX..");

    [Fact]
    public void Of_SeveralRings_GivesEachRegionItsHoles()
    {
        var regions = MaskOutline.Of(_mask);

        Assert.Equal([1, 0], regions.Select(region => region.Holes.Count));
        Assert.Equal([16, 1], regions.Select(region => region.Area));
        Assert.Equal([16, 4], regions.Select(region => region.Length));
    }

    [Fact]
    public void WithoutSpecks_ASmallRegion_IsLeftOut()
    {
        Assert.Equal([16], MaskOutline.WithoutSpecks(MaskOutline.Of(_mask)).Select(region => region.Area));
        Assert.Empty(MaskOutline.WithoutSpecks([]));
    }

    [Fact]
    public void Write_SeveralMasks_GivesPolygonsAndMultiPolygonsAndLeavesOutEmptyOnes()
    {
        var square = MaskOf("XX", "XX");

        var json = Encoding.UTF8.GetString(FeatureList.Write(
            [_mask, new Mask(), square], (writer, _, number) => writer.WriteNumber("number", number)));

        Assert.Equal(
            """[{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[""" +
            """[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[1,1],[1,3],[3,3],[3,1],[1,1]]],""" +
            """[[[5,2],[6,2],[6,3],[5,3],[5,2]]]]},"properties":{"number":0}},""" +
            """{"type":"Feature","geometry":{"type":"Polygon","coordinates":""" +
            """[[[0,0],[2,0],[2,2],[0,2],[0,0]]]},"properties":{"number":2}}]""",
            json);
    }

    private static Mask MaskOf(params string[] rows)
    {
        var pixels = rows.SelectMany(row => row.Select(pixel => (byte)(pixel == 'X' ? 1 : 0))).ToArray();
        var rings = MaskPolygons.Trace(RunLengths.FromBytes(rows.Length, rows[0].Length, pixels));
        return new Mask
        {
            Polygons = { rings.Select(ring => new Polygon { Coordinates = { ring.Coordinates }, Hole = ring.IsHole }) },
        };
    }
}
