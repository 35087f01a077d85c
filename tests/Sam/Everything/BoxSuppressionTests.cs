using CsCheck;
using Segmentation.Sam.Everything;
using Segmentation.Sam.Masks;

namespace Segmentation.Sam.Tests.Everything;

public sealed class BoxSuppressionTests
{
    /// <summary>Crowded boxes with few different scores, so that overlaps and ties are common.</summary>
    private static readonly Gen<(PixelBox Box, float Score)[]> Boxes = Gen.Select(
        Gen.Int[0, 12], Gen.Int[0, 12], Gen.Int[1, 12], Gen.Int[1, 12], Gen.Int[0, 4],
        (x, y, width, height, score) => (new PixelBox(x, y, width, height), score / 4f)).Array[0, 40];

    [Fact]
    public void Keep_AnyBoxes_EqualsSuppressionBoxByBox() =>
        Gen.Select(Boxes, Gen.Int[0, 10]).Sample((boxes, tenths) =>
            Assert.Equal(Slow(boxes, tenths / 10.0), Keep(boxes, tenths / 10.0)));

    [Fact]
    public void Keep_AnyBoxes_LeavesNoTwoAlikeAndNothingUnexplained() => Boxes.Sample(boxes =>
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

    [Fact]
    public void Keep_BoxesOfOneRow_HaveNoAreaAndAllStay()
    {
        // The reference's boxes end with their last pixel: one row has height 0, and 0 / 0 is above no threshold.
        var row = new PixelBox(0, 5, 100, 1);

        Assert.Equal([0, 1], Keep([(row, 1), (row, 1)], 0));
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
        float Overlap(int start, int extent, int otherStart, int otherExtent) =>
            Math.Max(0, Math.Min(start + extent, otherStart + otherExtent) - 1 - Math.Max(start, otherStart));

        var shared = Overlap(a.X, a.Width, b.X, b.Width) * Overlap(a.Y, a.Height, b.Y, b.Height);
        return shared / ((a.Width - 1f) * (a.Height - 1) + (b.Width - 1f) * (b.Height - 1) - shared);
    }
}
