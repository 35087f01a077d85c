using Segmentation.Evaluation.Statistics;

namespace Segmentation.Evaluation.Tests.Statistics;

public sealed class StatisticsTests
{
    [Fact]
    public void Correct_ThreeValues_IsHolmsRule() =>
        Assert.Equal([0.03, 0.06, 0.06], HolmCorrection.Correct([0.01, 0.04, 0.03]), (a, b) => Math.Abs(a - b) < 1e-12);

    [Fact]
    public void Of_PicturesThatAgree_IsAPoint()
    {
        var sums = new PictureSums([(0, 0.5), (1, 0.5), (1, 0.5)], 2);

        var interval = new PictureBootstrap(2, 1).Of(sums)!.Value;

        Assert.Equal((0.5, 0.5), (interval.Low, interval.High));
    }

    /// <summary>A mean over 100 pictures of spread 0.5 has a standard error of 0.05.</summary>
    [Fact]
    public void Of_HalfOfThePicturesGood_IsAboutTwoStandardErrorsWide()
    {
        var sums = new PictureSums(Enumerable.Range(0, 100).Select(i => (i, i % 2 == 0 ? 1.0 : 0)), 100);

        var interval = new PictureBootstrap(100, 1).Of(sums)!.Value;

        Assert.InRange(interval.Low, 0.37, 0.43);
        Assert.InRange(interval.High, 0.57, 0.63);
        Assert.Equal(interval, new PictureBootstrap(100, 1).Of(sums));
    }

    [Fact]
    public void OfDifference_PairedRuns_SeesWhatAllPicturesShow()
    {
        var first = new PictureSums(Enumerable.Range(0, 40).Select(i => (i, i / 40.0)), 40);
        var second = new PictureSums(Enumerable.Range(0, 40).Select(i => (i, i / 40.0 + 0.01)), 40);

        var (interval, value) = new PictureBootstrap(40, 1).OfDifference(second, first)!.Value;

        Assert.Equal(0.01, interval.Low, 9);
        Assert.Equal(0.01, interval.High, 9);
        Assert.True(value < 0.01);
    }

    [Fact]
    public void Of_OnePicture_HasNoInterval() =>
        Assert.Null(new PictureBootstrap(1, 1).Of(new PictureSums([(0, 0.5), (0, 0.7)], 1)));

    [Fact]
    public void Calibration_TwoBins_WeighsThemByTheirMasks()
    {
        var curve = CalibrationCurve.Of([(0.95, 0.65), (0.91, 0.91), (0.15, 0.35), (1.2, 1)])!;

        Assert.Equal([(0.1, 1), (0.9, 3)], curve.Bins.Select(bin => (bin.From, bin.Masks)));
        Assert.Equal((3 * Math.Abs((0.95 + 0.91 + 1.2 - 0.65 - 0.91 - 1) / 3) + 0.2) / 4, curve.Error, 12);
        Assert.Equal((0.3 + 0 - 0.2 + 0.2) / 4, curve.Bias, 12);
    }
}
