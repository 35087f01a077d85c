using CsCheck;
using Segmentation.Masks.Everything;
using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Tests.Everything;

public sealed class BoxSuppressionTests
{
    /// <summary>Crowded boxes with few different scores, so that overlaps and ties are common.</summary>
    private static readonly Gen<(PixelBox Box, float Score)[]> _boxes = Gen.Select(
        Gen.Int[0, 12], Gen.Int[0, 12], Gen.Int[1, 12], Gen.Int[1, 12], Gen.Int[0, 4],
        (x, y, width, height, score) => (new PixelBox(x, y, width, height), score / 4f)).Array[0, 40];

    [Fact]
    public void Keep_AnyBoxes_EqualsSuppressionBoxByBox() =>
        Gen.Select(_boxes, Gen.Int[0, 10]).Sample((boxes, tenths) =>
            Assert.Equal(Slow(boxes, tenths / 10.0), Keep(boxes, tenths / 10.0)));

    [Fact]
    public void Keep_AnyBoxes_LeavesNoTwoAlikeAndNothingUnexplained() => _boxes.Sample(boxes =>
    {
        var kept = Keep(boxes, 0.5);

        Assert.Equal(kept.OrderByDescending(i => boxes[i].Score).ThenBy(i => i), kept);
        Assert.All(kept, i => Assert.All(kept, j => Assert.True(i == j || !(IoU(boxes[i].Box, boxes[j].Box) > 0.5))));
        var lost = Enumerable.Range(0, boxes.Length).Except(kept);
        Assert.All(lost, i => Assert.Contains(kept, j => IoU(boxes[i].Box, boxes[j].Box) > 0.5
            && (boxes[j].Score > boxes[i].Score || (boxes[j].Score == boxes[i].Score && j < i))));
        Assert.Equal(kept.Count, Keep([.. kept.Select(i => boxes[i])], 0.5).Count);
    });

    [Fact]
    public void Keep_EqualScores_TheEarlierWins()
    {
        var box = new PixelBox(3, 4, 50, 60);

        Assert.Equal([0], Keep([(box, 1), (box, 1), (box, 1)], 0.7));
        Assert.Equal([1], Keep([(box, 1), (box, 2), (box, 2)], 0.7));
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(1, 100)]
    [InlineData(1, 1)]
    public void Keep_SameBoxWithoutArea_IsOne(int width, int height)
    {
        // The reference's boxes end with their last pixel: one row has height 0, and 0 / 0 is above no threshold.
        var box = new PixelBox(0, 5, width, height);

        Assert.Equal([1], Keep([(box, 1), (box, 2), (box, 1)], 0.7));
    }

    [Fact]
    public void Keep_OtherBoxesWithoutArea_AreComparedByTheirPixels()
    {
        var (row, shorter, far) = (new PixelBox(0, 5, 100, 1), new PixelBox(0, 5, 80, 1), new PixelBox(0, 6, 100, 1));
        var (column, block) = (new PixelBox(50, 0, 1, 100), new PixelBox(0, 5, 100, 2));

        Assert.Equal([0], Keep([(row, 2), (shorter, 1)], 0.79));
        Assert.Equal([0, 1], Keep([(row, 2), (shorter, 1)], 0.81));
        Assert.Equal([0, 1, 2], Keep([(row, 3), (far, 2), (column, 1)], 0.1));
        // With a box that has area the reference's arithmetic stays: nothing is shared.
        Assert.Equal([0, 1], Keep([(row, 2), (block, 1)], 0));
    }

    [Fact]
    public void Keep_IoUAtTheThreshold_Stays()
    {
        // Corners (0, 0, 10, 10) and (0, 0, 10, 5): 50 of 100.
        var (whole, half) = (new PixelBox(0, 0, 11, 11), new PixelBox(0, 0, 11, 6));

        Assert.Equal([0, 1], Keep([(whole, 2), (half, 1)], 0.5));
        Assert.Equal([0], Keep([(whole, 2), (half, 1)], 0.49));
    }

    private static IReadOnlyList<int> Keep((PixelBox Box, float Score)[] boxes, double threshold) =>
        BoxSuppression.Keep([.. boxes.Select(b => b.Box)], [.. boxes.Select(b => b.Score)], threshold);

    /// <summary>Takes the best of what is left and strikes out what is too like it, until nothing is left.</summary>
    private static List<int> Slow((PixelBox Box, float Score)[] boxes, double threshold)
    {
        var left = Enumerable.Range(0, boxes.Length).ToList();
        var kept = new List<int>();
        while (left.Count > 0)
        {
            var best = left.Aggregate((a, b) => boxes[b].Score > boxes[a].Score ? b : a);
            kept.Add(best);
            left.RemoveAll(i => i == best || IoU(boxes[best].Box, boxes[i].Box) > threshold);
        }

        return kept;
    }

    private static float IoU(PixelBox a, PixelBox b)
    {
        var (areaA, areaB) = ((a.Width - 1f) * (a.Height - 1), (b.Width - 1f) * (b.Height - 1));
        // Boxes end with their last pixel; where neither has an area the pixels themselves are counted.
        var last = areaA == 0 && areaB == 0 ? 0 : 1;
        if (last == 0)
        {
            (areaA, areaB) = (a.Width * a.Height, b.Width * b.Height);
        }

        var shared = Overlap(a.X, a.Width, b.X, b.Width) * Overlap(a.Y, a.Height, b.Y, b.Height);
        return (float)shared / (areaA + areaB - shared);

        int Overlap(int start, int extent, int otherStart, int otherExtent) =>
            Math.Max(0, Math.Min(start + extent, otherStart + otherExtent) - last - Math.Max(start, otherStart));
    }
}
