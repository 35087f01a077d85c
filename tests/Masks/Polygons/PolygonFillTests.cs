using System.Globalization;
using CsCheck;
using Segmentation.Masks.Polygons;

namespace Segmentation.Masks.Tests.Polygons;

public sealed class PolygonFillTests
{
    /// <summary>
    /// Height, width, corners and COCO string of each line, as maskApi's <c>rleFrPoly</c> and <c>rleToString</c> give them
    /// (cocodataset/cocoapi, common/maskApi.c).
    /// </summary>
    public static TheoryData<string> Goldens =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "coco-polygons.txt"))];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Fill_PolygonsOfTheReference_AreBitExact(string line)
    {
        var fields = line.Split(' ');
        var (height, width) = (Number(fields[0]), Number(fields[1]));
        var ring = fields[2].Split(',').Select(one => double.Parse(one, CultureInfo.InvariantCulture)).ToArray();

        Assert.Equal(fields[3], PolygonFill.Fill(height, width, ring).ToCocoString());
    }

    [Fact]
    public void Fill_OutlinesOfAMask_GiveTheMaskBack() => MaskGen.Mask(24).Sample(pixels =>
    {
        var mask = RunLengths.FromBytes(pixels.Height, pixels.Width, pixels.Pixels);
        var rings = MaskPolygons.Trace(mask)
            .Select(ring => PolygonFill.Fill(
                mask.Height, mask.Width, ring.Coordinates.Select(one => (double)one).ToArray()))
            .Append(new RunLengths(mask.Height, mask.Width, (uint)(mask.Height * mask.Width)));

        Assert.Equal(mask, RunLengthSets.Odd([.. rings]));
    });

    [Theory]
    [InlineData("1,1,5,1", "at least 3 corners, not 2")]
    [InlineData("1,1,5,1,3", "x and y by turns, not 5 numbers")]
    [InlineData("1,1,5,1,NaN,4", "Corner 2 of the polygon has the coordinate NaN")]
    [InlineData("1,1,1e9,1,4,4", "Corner 1 of the polygon has the coordinate 1000000000")]
    public void Fill_NoPolygon_SaysWhy(string ring, string reason)
    {
        var numbers = ring.Split(',').Select(one => double.Parse(one, CultureInfo.InvariantCulture)).ToArray();

        var exception = Assert.Throws<ArgumentException>(() => PolygonFill.Fill(8, 8, numbers));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fill_OutlineWithoutEnd_IsRefused()
    {
        // Up and down over the whole picture, 5 x 50,000 steps each time.
        var ring = Enumerable.Range(0, 2000).SelectMany(i => new double[] { 1, i % 2 * 50_000 }).ToArray();

        var exception = Assert.Throws<ArgumentException>(() => PolygonFill.Fill(50_000, 4, ring));

        Assert.Contains("longer than", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fill_Cancelled_Ends()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        double[] ring = [0, 0, 0, 300_000, 3, 300_000];

        Assert.Throws<OperationCanceledException>(
            () => { PolygonFill.Fill(300_000, 4, ring, new(null, cancelled.Token)); });
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
