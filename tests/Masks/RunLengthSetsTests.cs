using CsCheck;

namespace Segmentation.Masks.Tests;

public sealed class RunLengthSetsTests
{
    [Fact]
    public void Sets_OfTwoMasks_AreThoseOfTheirPixels() => MaskGen.Pair(16).Sample((first, second) =>
    {
        var (a, b) = (Mask(first), Mask(second));

        Assert.Equal(Combined(first, second, (x, y) => x | y), RunLengthSets.Union([a, b]));
        Assert.Equal(Combined(first, second, (x, y) => x ^ y), RunLengthSets.Odd([a, b]));
        Assert.Equal(Combined(first, second, (x, y) => x & ~y), RunLengthSets.Difference(a, b));
    });

    [Fact]
    public void Union_OfNone_IsRefused() => Assert.Throws<ArgumentException>(() => RunLengthSets.Union([]));

    [Fact]
    public void Union_OfTwoSizes_IsRefused() =>
        Assert.Throws<ArgumentException>(() => RunLengthSets.Union([new(2, 3, 6), new(3, 2, 6)]));

    private static RunLengths Mask(RowMajorMask mask) => RunLengths.FromBytes(mask.Height, mask.Width, mask.Pixels);

    private static RunLengths Combined(RowMajorMask a, RowMajorMask b, Func<int, int, int> of) => RunLengths.FromBytes(
        a.Height, a.Width, [.. a.Pixels.Zip(b.Pixels, (x, y) => (byte)(of(x, y) & 1))]);
}
