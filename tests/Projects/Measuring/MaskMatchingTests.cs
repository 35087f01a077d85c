using Segmentation.Masks;
using Segmentation.Projects.Measuring;

namespace Segmentation.Projects.Tests.Measuring;

public sealed class MaskMatchingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Match_TwoMasksClaimOne_TheGreaterIouWins()
    {
        var first = new[] { Columns(0, 4), Columns(0, 5) };
        var second = new[] { Columns(0, 5) };

        var pair = Assert.Single(MaskMatching.Match(first, second, 0.5, Stop));

        Assert.Equal(new MatchedPair(1, 0, 1), pair);
    }

    [Fact]
    public void Match_IouBelowTheLeast_NoPair()
    {
        Assert.Empty(MaskMatching.Match([Columns(0, 4)], [Columns(0, 10)], 0.41, Stop));
        Assert.Equal(0.4, Assert.Single(MaskMatching.Match([Columns(0, 4)], [Columns(0, 10)], 0.4, Stop)).IoU, 12);
    }

    [Fact]
    public void Match_MasksThatOnlyTouch_NoPair() =>
        Assert.Empty(MaskMatching.Match([Columns(0, 5)], [Columns(5, 10)], double.Epsilon, Stop));

    [Fact]
    public void Match_EqualIous_TakenInTheOrderOfTheLists()
    {
        var twice = new[] { Columns(2, 6), Columns(2, 6) };

        var pairs = MaskMatching.Match(twice, twice, 0.5, Stop);

        Assert.Equal([new(0, 0, 1), new(1, 1, 1)], pairs);
    }

    /// <summary>A mask of 10 x 10 pixels that covers columns from one to below another.</summary>
    internal static RunLengths Columns(int from, int to) =>
        new(10, 10, (uint)(10 * from), (uint)(10 * (to - from)), (uint)(10 * (10 - to)));
}
