using System.Text.Json;
using k8s.Models;
using Segmentation.Charts.Tests.CustomResources;

namespace Segmentation.Charts.Tests;

/// <summary>Alerts and dashboards as the chart renders them. tests/Cluster asks a Prometheus their queries.</summary>
public sealed class DashboardTests
{
    private const int GridColumns = 24;

    private static readonly Render _render = Render.Of("production-gpu");

    private static IEnumerable<JsonElement> Dashboards => _render.All<V1ConfigMap>()
        .SelectMany(map => map.Data.Values).Select(json => JsonDocument.Parse(json).RootElement);

    [Fact]
    public void ConfigMaps_Labelled_AreAPageForTheFleetForEachTierAndForTheStore()
    {
        var maps = _render.All<V1ConfigMap>().ToList();

        Assert.All(maps, map => Assert.Equal("1", map.Metadata.Labels["grafana_dashboard"]));
        Assert.Equal(
            ["decoder", "embeddings", "encoder", "fleet", "gateway", "projects"],
            maps.Select(map => Assert.Single(map.Data.Keys)["segmentation-".Length..^".json".Length]).Order());
    }

    [Fact]
    public void Panels_OfAPage_HaveIdsOfTheirOwnAndDoNotOverlap() => Assert.All(Dashboards, dashboard =>
    {
        var panels = dashboard.GetProperty("panels").EnumerateArray().ToList();
        var ids = panels.Select(panel => panel.GetProperty("id").GetInt32()).ToList();
        var cells = panels.SelectMany(Cells).ToList();

        Assert.Equal(ids.Distinct(), ids);
        Assert.Equal(cells.Distinct(), cells);
        Assert.All(cells, cell => Assert.InRange(cell.X, 0, GridColumns - 1));
    });

    [Fact]
    public void Panels_WithQueries_AskTheChosenSourceAndNamespace() => Assert.All(Dashboards, dashboard =>
    {
        var variables = dashboard.GetProperty("templating").GetProperty("list").EnumerateArray()
            .Select(one => one.GetProperty("name").GetString());
        var panels = dashboard.GetProperty("panels").EnumerateArray()
            .Where(panel => panel.GetProperty("type").GetString() != "row").ToList();

        Assert.Equal(["datasource", "namespace"], variables);
        Assert.NotEmpty(panels);
        Assert.All(panels, panel =>
        {
            var targets = panel.GetProperty("targets").EnumerateArray().ToList();
            Assert.NotEmpty(targets);
            Assert.All(targets, target =>
            {
                Assert.Equal("${datasource}", target.GetProperty("datasource").GetProperty("uid").GetString());
                Assert.Contains("$namespace", target.GetProperty("expr").GetString(), StringComparison.Ordinal);
            });
        });
    });

    [Fact]
    public void Rule_Rendered_KeepsWhatPrometheusFillsIn()
    {
        var alerts = Assert.Single(_render.All<PrometheusRule>()).Spec.Groups.SelectMany(group => group.Alerts).ToList();

        Assert.Contains(alerts, alert => alert is { Name: "SegmentationNoEncoders", For: "1m" });
        Assert.All(alerts, alert => Assert.Contains(alert.Labels["severity"], (string[])["critical", "warning"]));
        Assert.Contains(alerts, alert => alert.Annotations["summary"].Contains("{{ $labels.instance }}", StringComparison.Ordinal));
    }

    private static IEnumerable<(int X, int Y)> Cells(JsonElement panel)
    {
        var place = panel.GetProperty("gridPos");
        int Of(string name) => place.GetProperty(name).GetInt32();
        return from x in Enumerable.Range(Of("x"), Of("w")) from y in Enumerable.Range(Of("y"), Of("h")) select (x, y);
    }
}
