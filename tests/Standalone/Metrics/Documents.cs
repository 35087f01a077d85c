using System.Text.RegularExpressions;

namespace Segmentation.Standalone.Tests.Metrics;

/// <summary>Metrics, alerts and dashboards as docs/ and the chart's files have them.</summary>
internal static partial class Documents
{
    /// <summary>The rows of docs/metrics.md: ours first, then those of the platform.</summary>
    public static IReadOnlyList<DocumentedMetric> Metrics { get; } =
        [.. Lines("metrics.md").Select(Row).OfType<DocumentedMetric>()];

    /// <summary>The expressions of the chart's alerts.yaml, each on one line.</summary>
    public static IReadOnlyList<string> Expressions { get; } = [.. ReadExpressions()];

    /// <summary>The queries of the chart's dashboards.yaml, with what Grafana fills in filled in.</summary>
    public static IReadOnlyList<string> Queries { get; } =
    [
        .. Lines("dashboards.yaml")
            .SkipWhile(line => line.StartsWith('#'))
            .Where(line => line.Contains("segmentation_", StringComparison.Ordinal))
            .Select(line => line.Replace("$__rate_interval", "1m", StringComparison.Ordinal)),
    ];

    /// <summary>Names of alerts in the chart's alerts.yaml.</summary>
    public static IEnumerable<string> Alerts => Lines("alerts.yaml")
        .Where(line => line.Contains("- alert: ", StringComparison.Ordinal))
        .Select(line => line.Split("- alert: ")[1]);

    /// <summary>Names of alerts in the table of docs/operations.md.</summary>
    public static IEnumerable<string> ExplainedAlerts => Lines("operations.md")
        .Where(line => line.StartsWith("| Segmentation", StringComparison.Ordinal))
        .Select(line => line.Split('|')[1].Trim());

    private static string[] Lines(string file) =>
        File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Docs", file));

    private static DocumentedMetric? Row(string line)
    {
        string[] cells = [.. line.Split('|').Select(cell => cell.Trim())];
        if (!line.StartsWith("| `", StringComparison.Ordinal))
        {
            return null;
        }

        return cells[1].Contains('.', StringComparison.Ordinal)
            ? new(Words(cells[1]), Words(cells[2]), cells[3], Words(cells[4]))
            : new("", Words(cells[1]), "", "");
    }

    /// <summary>What stands in backquotes.</summary>
    private static string Words(string cell) =>
        string.Join(' ', Quoted().Matches(cell).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));

    // An expression stands behind its key, or in the deeper lines below it.
    private static IEnumerable<string> ReadExpressions()
    {
        const string Key = "        expr: ";
        var lines = Lines("alerts.yaml");
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith(Key, StringComparison.Ordinal))
            {
                var below = lines.Skip(i + 1).TakeWhile(line => line.StartsWith(new string(' ', 10), StringComparison.Ordinal));
                yield return string.Join(' ', below.Prepend(lines[i][Key.Length..].Replace(">-", "")).Select(l => l.Trim()));
            }
        }
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
