using System.Globalization;
using System.Text;
using Segmentation.Evaluation.Protocols;
using Segmentation.Evaluation.Results;
using Segmentation.Evaluation.Statistics;

namespace Segmentation.Evaluation.Reports;

/// <summary>The file <c>report.html</c>: one page that needs no network and can be printed.</summary>
public static class HtmlReport
{
    private const string Style = """
        body{font:15px/1.45 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:1100px;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem;border-bottom:1px solid #ccc}
        table{border-collapse:collapse;margin:.5rem 0}th,td{padding:.2rem .7rem;text-align:left;border-bottom:1px solid #e2e2e2}
        td:not(.n){overflow-wrap:anywhere}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.i{color:#595959;font-size:.85em}
        .scroll{overflow-x:auto}.charts{display:flex;flex-wrap:wrap;gap:1rem}svg{width:400px;max-width:100%;font-size:12px}
        .grid{stroke:#ddd}.guide{stroke:#767676;stroke-dasharray:4 4}.title{font-weight:600;font-size:14px}
        .worst{display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:1rem}
        figure{margin:0;break-inside:avoid}figure img{width:100%;display:block}figcaption{font-size:.85em;overflow-wrap:anywhere}
        @media print{body{margin:0;max-width:none;font-size:11px}h2{break-after:avoid}tr{break-inside:avoid}
        .scroll{overflow:visible}td .i{display:block}th,td{padding:.1rem .4rem}svg{width:48%}
        .worst{grid-template-columns:repeat(3,1fr)}}
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="run">What was run, by name.</param>
    /// <param name="settings">What was measured.</param>
    /// <param name="summary">The figures.</param>
    /// <param name="differences">Comparison with another model; empty: none.</param>
    /// <param name="worst">The worst masks, the worst first.</param>
    public static string Write(
        IReadOnlyList<(string Name, string Value)> run,
        ProtocolSettings settings,
        EvaluationSummary summary,
        IReadOnlyList<RunDifference> differences,
        IReadOnlyList<WorstMask> worst)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(differences);
        ArgumentNullException.ThrowIfNull(worst);
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>")
            .Append("<meta name='viewport' content='width=device-width,initial-scale=1'>")
            .Append($"<title>Quality of masks</title><style>{Style}</style></head><body><main><h1>Quality of masks</h1>");
        page.Append("<table><tbody>");
        foreach (var (name, value) in run)
        {
            page.Append($"<tr><th scope='row'>{ReportText.Escape(name)}</th><td>{ReportText.Escape(value)}</td></tr>");
        }

        page.Append("</tbody></table>");
        AddFigures(page, summary);
        AddCharts(page, settings, summary);
        AddGroups(page, summary);
        AddDifferences(page, differences);
        AddWorst(page, worst);
        return page.Append("</main></body></html>\n").ToString();
    }

    private static void AddFigures(StringBuilder page, EvaluationSummary summary)
    {
        page.Append("<h2>Figures</h2><p>Means over masks, with 95 % intervals from a bootstrap over pictures. Objects are small "
            + "below 32 x 32 pixels, and large from 96 x 96 on. Of <i>noc</i> (clicks until the IoU is reached) and <i>failed</i> "
            + "(never reached) less is better.</p>");
        AddTable(page, summary, [("all", ""), ("small", "small/"), ("medium", "medium/"), ("large", "large/")]);
    }

    /// <summary>A row a figure, a column a part of the masks.</summary>
    private static void AddTable(
        StringBuilder page, EvaluationSummary summary, IReadOnlyList<(string Title, string Prefix)> parts)
    {
        var figures = summary.Figures.ToDictionary(figure => figure.Name, figure => figure.Figure);
        page.Append("<div class='scroll'><table><thead><tr><th scope='col'>figure</th>");
        foreach (var (title, prefix) in parts)
        {
            var masks = summary.Figures.FirstOrDefault(figure => figure.Name.StartsWith(prefix, StringComparison.Ordinal)).Figure?.Masks ?? 0;
            page.Append($"<th scope='col' class='n'>{ReportText.Escape(title)}<br><span class='i'>{masks} masks</span></th>");
        }

        page.Append("</tr></thead><tbody>");
        foreach (var name in figures.Keys.Where(name => !name.Contains('/', StringComparison.Ordinal)))
        {
            page.Append($"<tr><th scope='row'>{ReportText.Escape(name)}</th>");
            foreach (var (_, prefix) in parts)
            {
                page.Append($"<td class='n'>{Cell(name, figures.GetValueOrDefault(prefix + name))}</td>");
            }

            page.Append("</tr>");
        }

        page.Append("</tbody></table></div>");
    }

    private static string Cell(string name, Figure? figure) => figure is null
        ? ""
        : ReportText.Value(name, figure.Mean) + (figure.Interval is { } interval ? " " + Range(name, interval) : "");

    private static string Range(string name, Interval interval) =>
        $"<span class='i'>{ReportText.Value(name, interval.Low)} to {ReportText.Value(name, interval.High)}</span>";

    private static void AddCharts(StringBuilder page, ProtocolSettings settings, EvaluationSummary summary)
    {
        page.Append("<h2>Charts</h2><div class='charts'>");
        var clicks = Metric.ClicksUpTo(settings.MaxClicks).ToList();
        if (summary.ClickCalibration is not null && clicks.Count > 1)
        {
            var chart = new ReportChart("Mean IoU by number of clicks", clicks[^1]);
            foreach (var (title, prefix) in new[] { ("all", ""), ("small", "small/"), ("medium", "medium/"), ("large", "large/") })
            {
                var points = clicks.Select(count => (X: count, summary.Find(
                        string.Create(CultureInfo.InvariantCulture, $"{prefix}miou@{count}"))?.Mean))
                    .Where(point => point.Mean is not null).Select(point => ((double)point.X, point.Mean!.Value)).ToList();
                if (points.Count > 0)
                {
                    chart.Line(title, points);
                }
            }

            page.Append(chart.Write(clicks.Select(count => (double)count), "clicks"));
        }

        AddCalibration(page, "Calibration after one click", summary.ClickCalibration);
        AddCalibration(page, "Calibration with boxes", summary.BoxCalibration);
        AddFound(page, summary);
        page.Append("</div>");
    }

    /// <summary>Draws the share of objects that are found one to one, by the least IoU.</summary>
    private static void AddFound(StringBuilder page, EvaluationSummary summary)
    {
        var chart = new ReportChart("Objects found without a prompt", 1);
        var isDrawn = false;
        foreach (var (title, ious) in new[]
        {
            ("auto", summary.Records.Select(mask => mask.Auto?.Iou).OfType<double>().ToList()),
            ("proposals", summary.Records.Select(mask => mask.Proposals?.Iou).OfType<double>().ToList()),
        })
        {
            if (ious.Count > 0)
            {
                isDrawn = true;
                chart.Line(title, [.. Enumerable.Range(10, 11).Select(i => i / 20.0).Select(bound =>
                    (bound, (double)ious.Count(iou => iou >= bound) / ious.Count))]);
            }
        }

        if (isDrawn)
        {
            page.Append(chart.Write([0, 0.2, 0.4, 0.6, 0.8, 1], "least IoU (share of objects found upwards)"));
        }
    }

    private static void AddCalibration(StringBuilder page, string title, CalibrationCurve? curve)
    {
        if (curve is null)
        {
            return;
        }

        var chart = new ReportChart(title, 1).Guide(0, 0, 1, 1).Line(
            string.Create(CultureInfo.InvariantCulture, $"error {curve.Error:0.0%}, bias {curve.Bias * 100:+0.0;-0.0} points"),
            [.. curve.Bins.Select(bin => (Math.Clamp(bin.Predicted, 0, 1), bin.Iou))]);
        page.Append(chart.Write([0, 0.2, 0.4, 0.6, 0.8, 1], "predicted IoU (true IoU upwards)"));
    }

    private static void AddGroups(StringBuilder page, EvaluationSummary summary)
    {
        var groups = summary.Figures.Select(figure => figure.Name).Where(name => name.Contains('=', StringComparison.Ordinal))
            .Select(name => name[..(name.LastIndexOf('/') + 1)]).Distinct().ToList();
        if (groups.Count == 0 && summary.TooSmall.Count == 0)
        {
            return;
        }

        page.Append("<h2>Groups</h2>");
        if (groups.Count > 0)
        {
            AddTable(page, summary, [.. groups.Select(group => (group[..^1], group))]);
        }

        if (summary.TooSmall.Count > 0)
        {
            page.Append("<p>Too few masks to report: ").AppendJoin(", ", summary.TooSmall.Select(group =>
                $"{ReportText.Escape(group.Group)} ({group.Masks})")).Append(".</p>");
        }

        if (summary.Comparisons.Count == 0)
        {
            return;
        }

        page.Append("<p>Each group against all others of its column, in points. The probabilities of such a difference by chance "
            + "are corrected for the number of comparisons (Holm); intervals are not.</p><div class='scroll'><table><thead><tr>"
            + "<th>group</th><th>figure</th><th class='n'>difference</th><th class='n'>95 % interval</th><th class='n'>p</th></tr>"
            + "</thead><tbody>");
        foreach (var one in summary.Comparisons)
        {
            page.Append($"<tr><td>{ReportText.Escape(one.Group)}</td><td>{one.Metric}</td>")
                .Append($"<td class='n'>{ReportText.Difference(one.Metric, one.Difference)}</td>")
                .Append($"<td class='n'>{ReportText.Difference(one.Metric, one.Interval.Low)} to ")
                .Append($"{ReportText.Difference(one.Metric, one.Interval.High)}</td>")
                .Append($"<td class='n'>{ReportText.Escape(ReportText.Probability(one.PValue))}</td></tr>");
        }

        page.Append("</tbody></table></div>");
    }

    private static void AddDifferences(StringBuilder page, IReadOnlyList<RunDifference> differences)
    {
        if (differences.Count == 0)
        {
            return;
        }

        page.Append("<h2>Comparison</h2><p>The second model less the first on the same masks, in points or clicks, with 95 % "
            + "intervals from a paired bootstrap over pictures.</p><div class='scroll'><table><thead><tr><th>figure</th>"
            + "<th class='n'>first</th><th class='n'>second</th><th class='n'>difference</th><th class='n'>95 % interval</th></tr>"
            + "</thead><tbody>");
        foreach (var one in differences)
        {
            var interval = one.Interval is { } found
                ? $"{ReportText.Difference(one.Name, found.Low)} to {ReportText.Difference(one.Name, found.High)}"
                : "";
            page.Append($"<tr><th scope='row'>{one.Name}</th><td class='n'>{ReportText.Value(one.Name, one.First)}</td>")
                .Append($"<td class='n'>{ReportText.Value(one.Name, one.Second)}</td>")
                .Append($"<td class='n'>{ReportText.Difference(one.Name, one.Difference)}</td><td class='n'>{interval}</td></tr>");
        }

        page.Append("</tbody></table></div>");
    }

    private static void AddWorst(StringBuilder page, IReadOnlyList<WorstMask> worst)
    {
        page.Append($"<h2>The {worst.Count} worst masks</h2><p>Left the truth, right the answer with its prompt, if any.</p><div class='worst'>");
        foreach (var one in worst)
        {
            var mask = one.Mask;
            var caption = Caption(mask, one.Iou);
            page.Append($"<figure><img alt='{ReportText.Escape(caption)}' src='data:image/jpeg;base64,")
                .Append(Convert.ToBase64String(one.Jpeg)).Append($"'><figcaption>{ReportText.Escape(caption)}</figcaption></figure>");
        }

        page.Append("</div>");
    }

    private static string Caption(MaskRecord mask, double iou)
    {
        var predicted = mask.Clicks?.PredictedIou[0] ?? (mask.Box ?? mask.NoisyBox)?.PredictedIou
            ?? (mask.Auto ?? mask.Proposals)?.PredictedIou ?? 0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{mask.Picture}, mask {(mask.Mask.Length > 0 ? mask.Mask : mask.Index)}{(mask.Label.Length > 0 ? $" ({mask.Label})" : "")}: "
                + $"IoU {iou:0.0%}, predicted {predicted:0.0%}, {mask.Area} pixels");
    }
}
