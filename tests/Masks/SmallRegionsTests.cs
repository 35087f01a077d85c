using CsCheck;

namespace Segmentation.Masks.Tests;

public sealed class SmallRegionsTests
{
    [Fact]
    public void Remove_AnyMask_EqualsFloodFill() =>
        Gen.Select(MaskGen.Mask(24), Gen.Int[1, 60]).Sample((mask, area) =>
        {
            var (pixels, hadAny) = Slow(mask, area);

            var cleaned = SmallRegions.Remove(mask.ToRunLengths(), area, out var had);

            Assert.Equal(RunLengths.FromBytes(mask.Height, mask.Width, pixels), cleaned);
            Assert.Equal(hadAny, had);
        });

    [Fact]
    public void Remove_HoleAndIsland_GoTogether()
    {
        var cleaned = Remove(
            3,
            "########...",
            "##...###...",
            "##.#####.#.",
            "########...");

        // The hole has 4 pixels and stays; the region of one pixel goes.
        Assert.Equal(
            """
            ########...
            ##...###...
            ##.#####...
            ########...
            """,
            cleaned);
    }

    [Fact]
    public void Remove_PixelsThatTouchAtACorner_AreOneRegionAndOneHole()
    {
        Assert.Equal("#..\n.#.\n..#", Remove(3, "#..", ".#.", "..#"));
        Assert.Equal("#####\n#.###\n##.##\n###.#\n#####", Remove(3, "#####", "#.###", "##.##", "###.#", "#####"));
    }

    [Fact]
    public void Remove_NotchAtTheImagesEdge_IsAHoleToo() => Assert.Equal("####\n####", Remove(2, "#.##", "####"));

    [Fact]
    public void Remove_AllRegionsSmall_KeepsTheLargest()
    {
        Assert.Equal(".....\n##...\n.....", Remove(9, "....#", "##...", "....#"));
        // Of two equally large the first from the top, though not the first from the left.
        Assert.Equal("....#\n....#\n.....\n.....", Remove(5, "....#", "....#", "#....", "#...."));
    }

    [Fact]
    public void Remove_OnlyRegionIsSmall_StaysButCountsAsRepaired()
    {
        var mask = new RunLengths(10, 10, 33, 2, 65);

        Assert.Equal(mask, SmallRegions.Remove(mask, 5, out var hadAny));
        Assert.True(hadAny);
        Assert.Equal(mask, SmallRegions.Remove(mask, 2, out hadAny));
        Assert.False(hadAny);
    }

    [Fact]
    public void Remove_HundredMegapixels_WorksOnRuns()
    {
        var mask = new RunLengths(10_000, 10_000, 5_000, 3, 20_000, 60_000_000, 10, 39_974_987);

        var cleaned = SmallRegions.Remove(mask, 100, out _);

        Assert.Equal(new RunLengths(10_000, 10_000, 25_003, 99_974_997), cleaned);
    }

    private static string Remove(int area, params string[] rows)
    {
        var pixels = string.Concat(rows).Select(c => (byte)(c == '#' ? 1 : 0)).ToArray();
        var mask = RunLengths.FromBytes(rows.Length, rows[0].Length, pixels);
        var cleaned = SmallRegions.Remove(mask, area, out _).ToBytes();
        var lines = cleaned.Select(p => p == 0 ? '.' : '#').Chunk(rows[0].Length).Select(row => new string(row));
        return string.Join('\n', lines);
    }

    /// <summary>remove_small_regions over pixels: label by flood fill, count, keep.</summary>
    private static (byte[] Pixels, bool HadAny) Slow(RowMajorMask mask, int area)
    {
        var pixels = (byte[])mask.Pixels.Clone();
        var holes = Regions(mask, pixels, value: 0).Where(r => r.Count < area).ToList();
        foreach (var pixel in holes.SelectMany(h => h))
        {
            pixels[pixel] = 1;
        }

        var regions = Regions(mask, pixels, value: 1);
        var small = regions.Where(r => r.Count < area).ToList();
        var kept = small.Count == regions.Count ? regions.MaxBy(r => r.Count) : null;
        foreach (var pixel in small.Where(r => r != kept).SelectMany(r => r))
        {
            pixels[pixel] = 0;
        }

        return (pixels, holes.Count + small.Count > 0);
    }

    /// <summary>8-connected regions in the order in which blocks of 2 x 2 pixels, row by row, meet them.</summary>
    private static List<List<int>> Regions(RowMajorMask mask, byte[] pixels, byte value)
    {
        var regions = new List<List<int>>();
        var seen = new bool[pixels.Length];
        var order = Enumerable.Range(0, pixels.Length)
            .OrderBy(i => i / mask.Width / 2).ThenBy(i => i % mask.Width / 2).Where(i => pixels[i] == value);
        foreach (var first in order.Where(i => !seen[i]))
        {
            var region = new List<int> { first };
            seen[first] = true;
            for (var next = 0; next < region.Count; next++)
            {
                var (x, y) = (region[next] % mask.Width, region[next] / mask.Width);
                for (var i = 0; i < 9; i++)
                {
                    var (nearX, nearY) = (x + i % 3 - 1, y + i / 3 - 1);
                    var near = nearY * mask.Width + nearX;
                    if (nearX >= 0 && nearX < mask.Width && nearY >= 0 && nearY < mask.Height
                        && !seen[near] && pixels[near] == value)
                    {
                        seen[near] = true;
                        region.Add(near);
                    }
                }
            }

            regions.Add(region);
        }

        return regions;
    }
}
