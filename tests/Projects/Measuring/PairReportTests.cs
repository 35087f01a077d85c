using Segmentation.Projects.Measuring;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Measuring;

public sealed class PairReportTests
{
    [Fact]
    public void WriteTo_PairsOfTwoPictures_FiguresByHand()
    {
        var pairs = new PairReport();
        pairs.Add([1, 0.9, 0.8]);
        pairs.Add([0]);
        var report = new AuditReport();

        pairs.WriteTo(report, TestContext.Current.CancellationToken);

        Assert.Equal(4, report.PairCount);
        Assert.Equal(0.25, report.Above90.Value);
        Assert.Equal(0.75, report.Above75.Value);
        Assert.Equal(0.675, report.MeanIou, 12);
        Assert.Equal(
            (1, 1, 1, 1), (report.Histogram[0], report.Histogram[16], report.Histogram[18], report.Histogram[19]));
        Assert.Equal(4, report.Histogram.Sum());
    }
}
