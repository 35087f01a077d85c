using System.Text.Json;
using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>The queries of the chart's dashboards, as the chart renders them for the production example.</summary>
internal static class DashboardQueries
{
    /// <summary>Name of the dashboard whose series come from the processes of projects.</summary>
    public const string Projects = "Segmentation / Projects";

    /// <summary>Queries of the dashboards whose titles pass, for the namespace <c>test</c>.</summary>
    public static IEnumerable<string> Of(Func<string, bool> isAsked)
    {
        var rendered = Path.Combine(
            Repository.Root, "charts", "segmentation", "examples", "production-gpu", "rendered.yaml");
        var dashboards = File.ReadLines(rendered).Where(line => line.StartsWith("    {\"", StringComparison.Ordinal))
            .Select(json => JsonDocument.Parse(json).RootElement).ToList();
        Assert.Equal(6, dashboards.Count);
        return dashboards
            .Where(dashboard => isAsked(dashboard.GetProperty("title").GetString()!))
            .SelectMany(dashboard => dashboard.GetProperty("panels").EnumerateArray())
            .SelectMany(panel => panel.TryGetProperty("targets", out var targets) ? targets.EnumerateArray().ToArray() : [])
            .Select(target => target.GetProperty("expr").GetString()!
                .Replace("$namespace", "test", StringComparison.Ordinal)
                .Replace("$__rate_interval", "20s", StringComparison.Ordinal));
    }
}
