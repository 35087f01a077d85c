using Segmentation.Projects.Measuring;

namespace Segmentation.Projects.Tests.Measuring;

public sealed class BootstrapTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Share_OfIndependentPictures_HasTheIntervalOfTheNormalApproximation()
    {
        // 400 pictures of one mask each, 300 of them hits: 0.75 with a standard error of sqrt(0.75 * 0.25 / 400).
        var share = Bootstrap.Share([.. Enumerable.Range(0, 400).Select(i => (i < 300 ? 1L : 0L, 1L))], Stop);

        var reach = 1.96 * Math.Sqrt(0.75 * 0.25 / 400);
        Assert.Equal(0.75, share.Value);
        Assert.InRange(share.Low, 0.75 - reach - 0.01, 0.75 - reach + 0.01);
        Assert.InRange(share.High, 0.75 + reach - 0.01, 0.75 + reach + 0.01);
    }

    [Fact]
    public void Share_MasksOfOnePictureAreAlike_IntervalIsWiderThanThatOfSingleMasks()
    {
        var byPicture = Bootstrap.Share([.. Enumerable.Range(0, 8).Select(i => (i < 6 ? 50L : 0L, 50L))], Stop);

        Assert.True(byPicture.High - byPicture.Low > 0.4);
    }

    [Fact]
    public void Share_WithoutTrials_IsZero() => Assert.Equal(0, Bootstrap.Share([(0, 0)], Stop).High);

    [Fact]
    public void Share_Twice_IsTheSame()
    {
        (long, long)[] pictures = [(3, 5), (1, 1), (0, 9), (0, 0)];

        Assert.Equal(Bootstrap.Share(pictures, Stop), Bootstrap.Share(pictures, Stop));
    }

    [Fact]
    public void Share_Cancelled_Ends()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => Bootstrap.Share([(1, 2)], cancelled.Token));
    }
}
