using System.Text;
using System.Text.Json;
using Segmentation.Evaluation.Data;
using Segmentation.Evaluation.Prompting;
using Segmentation.Evaluation.Protocols;
using Segmentation.Evaluation.Reports;
using Segmentation.Evaluation.Results;
using Segmentation.Evaluation.Tests.Results;

namespace Segmentation.Evaluation.Tests.Reports;

public sealed class SummaryTests
{
    private static readonly ProtocolSettings _settings = new(
        [EvaluationProtocol.Clicks, EvaluationProtocol.Box], PointPlacement.Center, 3, 0);

    private static readonly MaskRecord[] _records =
    [
        Records.Of("a.png", 0, 0.5, 0.86, 0.92), Records.Of("a.png", 1, 0.7, 0.8, 0.8), Records.Of("b.png", 0, 0.9),
        Records.Of("b.png", 1, 0.1, 0.2, 0.3),
    ];

    [Fact]
    public void Of_Clicks_GivesMeansClicksAndFailures()
    {
        var summary = EvaluationSummary.Of(_records, _settings, null, 2);

        Assert.Equal((0.5 + 0.7 + 0.9 + 0.1) / 4, summary.Find("miou@1")!.Mean, 12);
        Assert.Equal((0.92 + 0.8 + 0.9 + 0.3) / 4, summary.Find("miou@3")!.Mean, 12);
        Assert.Equal((2 + 3 + 1 + 3) / 4.0, summary.Find("noc@85")!.Mean, 12);
        Assert.Equal(0.5, summary.Find("failed@85")!.Mean, 12);
        Assert.Equal(0.7, summary.Find("miou@box")!.Mean, 12);
        Assert.Equal(summary.Find("miou@1"), summary.Find("small/miou@1"));
        Assert.Null(summary.Find("large/miou@1"));
        Assert.Null(summary.Find("miou@5"));
    }

    [Fact]
    public void Of_Groups_ComparesThoseThatAreLargeEnough()
    {
        var groups = GroupTable.Read(new StringReader("picture,kind\na.png,dark\nb.png,\"light, grey\"\n"));

        var summary = EvaluationSummary.Of(_records, _settings, groups, 2);
        var strict = EvaluationSummary.Of(_records, _settings, groups, 3);

        Assert.Equal(0.6, summary.Find("kind=dark/miou@1")!.Mean, 12);
        Assert.Equal(0.5, summary.Find("kind=light, grey/miou@1")!.Mean, 12);
        Assert.Equal([("kind=dark", 2), ("kind=light, grey", 2)], strict.TooSmall);
        Assert.Null(strict.Find("kind=dark/miou@1"));
    }

    [Fact]
    public void Difference_OfARunWithItself_IsZero()
    {
        Assert.All(RunDifference.Of(_records, _records, _settings), one => Assert.Equal(0, one.Difference));
        Assert.Throws<FormatException>(() => RunDifference.Of(_records, _records[1..], _settings));
    }

    [Fact]
    public void Write_Summary_HasFlatMetrics()
    {
        using var stream = new MemoryStream();
        var summary = EvaluationSummary.Of(_records, _settings, null, 2);

        SummaryText.Write(stream, [("model", "m")], summary, RunDifference.Of(_records, _records, _settings));

        using var json = JsonDocument.Parse(stream.ToArray());
        var metrics = json.RootElement.GetProperty("metrics");
        Assert.Equal(0.55, metrics.GetProperty("miou@1").GetDouble(), 6);
        Assert.Equal(0.65, metrics.GetProperty("oracle@1").GetDouble(), 6);
        Assert.True(json.RootElement.GetProperty("intervals").GetProperty("miou@1").TryGetProperty("low", out _));
    }

    [Fact]
    public void Write_Report_NeedsNoNetworkAndEscapesNames()
    {
        var summary = EvaluationSummary.Of(_records, _settings, null, 2);
        var worst = WorstMask.Choose(_records).Select(mask => new WorstMask(
            mask with { Picture = "<script>.png" }, WorstMask.RankOf(mask)!.Value, Encoding.ASCII.GetBytes("jpeg"))).ToList();

        var page = HtmlReport.Write([("model", "m&m")], _settings, summary, RunDifference.Of(_records, _records, _settings), worst);

        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains("m&amp;m", page, StringComparison.Ordinal);
        Assert.Equal(0.1, worst[0].Iou);
    }
}
