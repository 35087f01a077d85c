using CsCheck;

namespace Segmentation.Masks.Tests;

public sealed class CocoStringTests
{
    /// <summary>Height, width, run lengths and the string that rleToString of pycocotools makes of them.</summary>
    public static TheoryData<int, int, uint[], string> Vectors => new()
    {
        { 1, 1, [1], "1" },
        { 1, 1, [0, 1], "01" },
        // One chunk holds up to 15: its top bit is the sign, so 16 takes two.
        { 5, 3, [15], "?" },
        { 4, 4, [16], "`0" },
        { 10, 9, [6, 1, 40, 4, 5, 4, 5, 4, 21], "61X13mN000`0" },
        { 10_000, 10_000, [0, 100_000_000], "0PXh[o2" },
        { 10_000, 10_000, [99_999_999, 1], "oWh[o21" },
        // Differences to both sides, of one chunk and of several.
        { 23, 3137, [15, 16, 31, 32, 1023, 1024, 5, 70_000, 5], "?`0o0`0Po0Po0VPO`[S20" },
        { 1, 2147483647, [2147483647], "oooooo1" },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void ToCocoString_Vector_IsBitExact(int height, int width, uint[] counts, string text)
    {
        Assert.Equal(text, new RunLengths(height, width, counts).ToCocoString());
        Assert.Equal(counts, RunLengths.FromCocoString(height, width, text).Counts);
    }

    [Fact]
    public void FromCocoString_AnyMask_IsInverse() => MaskGen.Mask(40).Sample(mask =>
    {
        var text = mask.ToRunLengths().ToCocoString();
        return RunLengths.FromCocoString(mask.Height, mask.Width, text).ToBytes().AsSpan().SequenceEqual(mask.Pixels);
    });

    [Fact]
    public void FromCocoString_AnyRunLengths_IsInverse() =>
        Gen.Select(Gen.UInt[1, 1 << 24].Array[1, 40], Gen.Bool).Sample((counts, startsInside) =>
        {
            counts = startsInside ? [0, .. counts] : counts;
            var mask = new RunLengths(1, (int)counts.Sum(c => c), counts);
            Assert.Equal(mask, RunLengths.FromCocoString(1, mask.Width, mask.ToCocoString()));
        });

    [Fact]
    public void FromCocoString_EmptyRuns_AreJoined() =>
        Assert.Equal([3u, 3u], RunLengths.FromCocoString(2, 3, "1023").Counts);

    [Theory]
    [InlineData("", 0, "fewer than the mask's 6 pixels")]
    [InlineData("5", 1, "fewer than the mask's 6 pixels")]
    [InlineData("52", 1, "more than the mask's 6 pixels")]
    [InlineData("24x", 2, "outside '0' to 'o'")]
    [InlineData("2 4", 1, "outside '0' to 'o'")]
    [InlineData("2\u01304", 1, "outside '0' to 'o'")]
    [InlineData("2P", 2, "ends inside a number")]
    [InlineData("2PPPPPPPP0", 8, "more than 7 characters")]
    [InlineData("O", 0, "negative length -1")]
    [InlineData("111O4", 4, "more than")]
    [InlineData("1110M", 4, "negative length -2")]
    public void FromCocoString_Malformed_SaysWhatAndWhere(string text, int position, string what)
    {
        var error = Assert.Throws<RunLengthsFormatException>(() => RunLengths.FromCocoString(2, 3, text));

        Assert.Equal(position, error.Position);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains($"character {position}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromCocoString_AnyText_IsMaskOrFormatError() =>
        Gen.Char['0', 'p'].Array[0, 12].Sample(characters =>
        {
            try
            {
                Assert.Equal(12, RunLengths.FromCocoString(3, 4, new string(characters)).Counts.Sum(c => c));
            }
            catch (RunLengthsFormatException error)
            {
                Assert.InRange(error.Position, 0, characters.Length);
            }
        });
}
