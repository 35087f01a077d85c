using CsCheck;
using Segmentation.Masks.Geometry;

namespace Segmentation.Masks.Tests;

public sealed class RunLengthsTests
{
    [Fact]
    public void Constructor_SumIsNotThePixels_NamesTheNumbers()
    {
        var error = Assert.Throws<ArgumentException>(() => new RunLengths(4, 5, 12, 7));

        Assert.Contains("sum to 19", error.Message, StringComparison.Ordinal);
        Assert.Contains("height 4 and width 5 has 20 pixels", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(-1, -1)]
    [InlineData(70_000, 70_000)]
    public void Constructor_ImpossibleSize_Refuses(int height, int width) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RunLengths(height, width, 1));

    [Theory]
    [InlineData(new uint[] { 3, 0, 2, 1 }, new uint[] { 5, 1 })]
    [InlineData(new uint[] { 0, 2, 0, 4 }, new uint[] { 0, 6 })]
    [InlineData(new uint[] { 0, 0, 6 }, new uint[] { 6 })]
    [InlineData(new uint[] { 0, 0, 0, 6 }, new uint[] { 0, 6 })]
    [InlineData(new uint[] { 6, 0, 0, 0 }, new uint[] { 6 })]
    [InlineData(new uint[] { 2, 1, 0, 0, 3 }, new uint[] { 2, 1, 3 })]
    [InlineData(new uint[] { 1, 2, 3 }, new uint[] { 1, 2, 3 })]
    public void Constructor_EmptyRuns_AreJoined(uint[] counts, uint[] canonical)
    {
        var mask = new RunLengths(2, 3, counts);

        Assert.Equal(canonical, mask.Counts);
        Assert.Equal(PixelsOneByOne(counts), PixelsOneByOne(canonical));
    }

    [Fact]
    public void Constructor_CallerChangesItsArray_MaskStays()
    {
        uint[] counts = [2, 4];
        var mask = new RunLengths(2, 3, counts);

        counts[0] = 6;

        Assert.Equal([2u, 4u], mask.Counts);
    }

    [Fact]
    public void FromBytes_PortraitImage_GoesDownColumns()
    {
        // 3 high, 2 wide; inside is the right column but its top.
        byte[] rows = [0, 0, 0, 7, 0, 1];

        var mask = RunLengths.FromBytes(height: 3, width: 2, rows);

        Assert.Equal([4u, 2u], mask.Counts);
        Assert.Equal(new PixelBox(1, 1, 1, 2), mask.Box);
        Assert.Equal([0, 0, 0, 255, 0, 255], mask.ToBytes(255));
    }

    [Fact]
    public void FromBytes_WrongLength_NamesTheNumbers()
    {
        var error = Assert.Throws<ArgumentException>(() => RunLengths.FromBytes(3, 2, new byte[7]));

        Assert.Contains("7 pixels given, but height 3 times width 2 is 6", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Box_EmptyMask_IsAllZero() => Assert.Equal(default, new RunLengths(4, 5, 20).Box);

    [Fact]
    public void Everything_OnePixelImage_Works()
    {
        var inside = new RunLengths(1, 1, 0, 1);
        var outside = new RunLengths(1, 1, 1);

        Assert.Equal((1L, new PixelBox(0, 0, 1, 1)), (inside.Area, inside.Box));
        Assert.Equal((0L, default), (outside.Area, outside.Box));
        Assert.Equal([1], inside.ToBytes());
        Assert.Equal([0], outside.ToBytes());
        Assert.Equal(0, inside.IoU(outside));
        Assert.Equal(1, inside.IoU(inside));
    }

    [Fact]
    public void Counts_HundredMegapixels_Work()
    {
        var mask = new RunLengths(10_000, 10_000, 0, 99_999_999, 1);

        Assert.Equal(99_999_999, mask.Area);
        Assert.Equal(new PixelBox(0, 0, 10_000, 10_000), mask.Box);
        Assert.Equal(mask, RunLengths.FromCocoString(10_000, 10_000, mask.ToCocoString()));
    }

    [Fact]
    public void ToBytes_AnyMask_FromBytesGivesItBack() =>
        MaskGen.Mask(40).Sample(mask => mask.ToRunLengths().ToBytes().AsSpan().SequenceEqual(mask.Pixels));

    [Fact]
    public void AreaAndBox_AnyMask_EqualCountedPixels() => MaskGen.Mask(20).Sample(mask =>
    {
        var inside = Enumerable.Range(0, mask.Pixels.Length).Where(i => mask.Pixels[i] != 0)
            .Select(i => (X: i % mask.Width, Y: i / mask.Width)).ToList();
        var box = inside.Count == 0
            ? default
            : new PixelBox(
                inside.Min(p => p.X),
                inside.Min(p => p.Y),
                inside.Max(p => p.X) - inside.Min(p => p.X) + 1,
                inside.Max(p => p.Y) - inside.Min(p => p.Y) + 1);

        Assert.Equal(inside.Count, mask.ToRunLengths().Area);
        Assert.Equal(box, mask.ToRunLengths().Box);
    });

    [Fact]
    public void IoU_AnyPair_EqualsCountedPixels() => MaskGen.Pair(20).Sample((a, b) =>
    {
        var shared = a.Pixels.Zip(b.Pixels).LongCount(p => p is { First: not 0, Second: not 0 });
        var either = a.Pixels.Zip(b.Pixels).LongCount(p => p.First != 0 || p.Second != 0);

        Assert.Equal(shared, a.ToRunLengths().Intersection(b.ToRunLengths()));
        Assert.Equal(either == 0 ? 0 : (double)shared / either, a.ToRunLengths().IoU(b.ToRunLengths()));
    });

    [Fact]
    public void IoU_OtherSize_NamesBoth()
    {
        var error = Assert.Throws<ArgumentException>(() => new RunLengths(2, 3, 6).IoU(new RunLengths(3, 2, 6)));

        Assert.Contains("2 x 3 with 3 x 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Equals_AnyPair_IsEqualityOfPixels() => MaskGen.Pair(3).Sample((a, b) =>
    {
        var (first, second) = (a.ToRunLengths(), b.ToRunLengths());
        var same = a.Pixels.AsSpan().SequenceEqual(b.Pixels);

        Assert.Equal(same, first.Equals(second));
        Assert.True(!same || first.GetHashCode() == second.GetHashCode());
    });

    [Fact]
    public void Equals_SameRunsOfAnotherShape_IsFalse() =>
        Assert.NotEqual(new RunLengths(2, 3, 5, 1), new RunLengths(3, 2, 5, 1));

    private static byte[] PixelsOneByOne(uint[] counts) =>
        [.. counts.SelectMany((count, i) => Enumerable.Repeat((byte)(i & 1), (int)count))];
}
