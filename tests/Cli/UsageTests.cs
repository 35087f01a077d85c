using System.Text.Json;
using Segmentation.Tests.Shared;

namespace Segmentation.Cli.Tests;

/// <summary><c>segctl usage</c> against a server.</summary>
public sealed class UsageTests
{
    [Fact(Timeout = 600_000)]
    public async Task Usage_OfAServer_ShowsQuotasAndWhatIsUsed()
    {
        var (grpc, http) = (Repository.FreePort(), Repository.FreePort());
        await using var server = new ServiceProcess(
            "Standalone",
            http,
            $"Endpoints:GrpcPort={grpc}",
            $"Endpoints:HttpPort={http}",
            "Quotas:UnitsPerSecond=0.5",
            "Quotas:Burst=400");
        await server.StartAsync(TestContext.Current.CancellationToken);
        var address = $"http://127.0.0.1:{grpc}";
        var segmented = await Segctl.RunAsync(
            "segment", Segctl.Image("coins.png"), "--point", "40,40", "--json", "-", "--server", address);
        Assert.True(segmented.ExitCode == 0, segmented.Error);

        var table = await Segctl.RunAsync("usage", "--server", address);
        var json = await Segctl.RunAsync("usage", "--server", address, "--json");

        Assert.True(table.ExitCode == 0, table.Error);
        Assert.Contains("of 400 left, 0.5 a second; 41 used today", table.Output, StringComparison.Ordinal);
        Assert.Contains("searches         0 of 4", table.Output, StringComparison.Ordinal);
        Assert.Contains("a prompt 1", table.Output, StringComparison.Ordinal);
        using var usage = JsonDocument.Parse(json.Output);
        Assert.Equal(41, usage.RootElement.GetProperty("units").GetProperty("usedToday").GetDouble());
    }

    [Fact]
    public async Task Usage_WithoutAServer_NamesTheOption()
    {
        var result = await Segctl.RunAsync("usage");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("--server", result.Error, StringComparison.Ordinal);
    }
}
