using System.Net;
using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>Live sessions and uploads while processes end: no answer is lost, and no mask is another.</summary>
public sealed class SurvivalTests(ClusterFixture cluster, ITestOutputHelper output)
    : IClassFixture<ClusterFixture>, IAsyncDisposable
{
    private const int Sessions = 4;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Disturbances => [.. Disturbance.All.Where(disturbance => disturbance.IsUnnoticed).Select(disturbance => disturbance.Name)];

    [Theory]
    [MemberData(nameof(Disturbances))]
    public async Task Process_EndsUnderLoad_NothingIsLost(string name)
    {
        var sessions = Enumerable.Range(0, Sessions)
            .Select(i => LiveSession.Start(cluster.Processes.Channel, $"session-{i}", cluster.Expected, Cancel))
            .ToList();
        var uploads = Uploads.Start(cluster.Processes.Channel, Cancel);
        await Task.WhenAll(sessions.Select(session => session.UnderWay));
        foreach (var session in sessions)
        {
            session.TakeSilence();
        }

        await Disturbance.Of(name).HappensAsync(cluster.Processes, 0, Cancel);
        await Task.WhenAll([.. sessions.Select(session => session.MoreAsync(6, Cancel)), uploads.MoreAsync(1, Cancel)]);

        var silence = sessions.Max(session => session.TakeSilence().Length);
        output.WriteLine($"{name}: silent for {silence.TotalMilliseconds:F0} ms");
        Assert.Empty(await uploads.StopAsync());
        Assert.All(await Task.WhenAll(sessions.Select(session => session.StopAsync())), Assert.Empty);
    }

    [Fact]
    public async Task Members_KilledAndEmpty_AGatewayThatStartsFindsAllSilos()
    {
        await Disturbance.Of("members-kill").HappensAsync(cluster.Processes, 0, Cancel);
        await Disturbance.Of("gateway-kill").HappensAsync(cluster.Processes, 0, Cancel);

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!(await cluster.Processes.Gateway.HealthAsync(Cancel)).Report.Contains("2 silos", StringComparison.Ordinal))
        {
            await timer.WaitForNextTickAsync(Cancel);
        }
    }

    [Fact]
    public async Task Cache_Away_UploadsAndClicksAreAnsweredAndHealthSaysSo()
    {
        await cluster.Processes.Cache.KillAsync();
        var uploads = Uploads.Start(cluster.Processes.Channel, Cancel);
        await uploads.MoreAsync(2, Cancel);
        var (code, report) = await cluster.Processes.Gateway.HealthAsync(Cancel);
        await cluster.Processes.Cache.StartAsync(Cancel);

        Assert.Empty(await uploads.StopAsync());
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Contains("Degraded", report, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            output.WriteLine(cluster.Processes.Output);
        }

        return ValueTask.CompletedTask;
    }
}
