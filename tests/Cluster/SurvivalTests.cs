using System.Net;
using Grpc.Core;
using Segmentation.Protocol.V1;
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
    public Task Process_EndsUnderLoad_NothingIsLost(string name) =>
        NothingIsLostAsync(
            cancel => Disturbance.Of(name).HappensAsync(cluster.Processes, 0, cancel), Disturbance.Of(name).MayRefuse);

    [Fact]
    public Task Cache_ComesBackEmptyAndAllSilosRestart_NothingIsLost() => NothingIsLostAsync(async cancel =>
    {
        await Disturbance.Of("cache-kill").HappensAsync(cluster.Processes, 0, cancel);
        for (var i = 0; i < Sessions; i++)
        {
            await StoredAsync(TenantOf(i), cancel);
        }

        await Disturbance.Of("silo-rolling").HappensAsync(cluster.Processes, 0, cancel);
    });

    [Fact]
    public async Task Members_KilledAndEmpty_AGatewayThatStartsFindsAllSilos()
    {
        await Disturbance.Of("members-kill").HappensAsync(cluster.Processes, 0, Cancel);
        await Disturbance.Of("gateway-kill").HappensAsync(cluster.Processes, 0, Cancel);

        await ReportedAsync("2 silos", isReady: false);
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

    [Fact]
    public async Task Encoders_AllAway_HealthAndGaugeSaySoClicksGoOnAndUploadsWait()
    {
        // Once a session is under way its picture is known: its clicks need no encoder.
        var session = LiveSession.Start(cluster.Processes.Channel, "recorded", cluster.Expected, Cancel);
        await session.UnderWay;
        await Task.WhenAll(cluster.Processes.Encoders.Select(encoder => encoder.KillAsync()));
        await ReportedAsync("no encoder in reach: uploads fail, prompts on known pictures go on");
        Assert.Equal("0", await EncodersInReachAsync());
        await session.MoreAsync(6, Cancel);
        var uploads = Uploads.Start(cluster.Processes.Channel, Cancel);
        await Task.WhenAll(cluster.Processes.Encoders.Select(encoder => encoder.StartAsync(Cancel)));
        await uploads.MoreAsync(1, Cancel);

        Assert.Empty(await uploads.StopAsync());
        Assert.Empty(await session.StopAsync());
        await ReportedAsync("2 encoders.");
        Assert.Equal("2", await EncodersInReachAsync());
    }

    private static string TenantOf(int session) => $"session-{session}";

    /// <summary>Lets something happen under live sessions and uploads that nobody but them may notice.</summary>
    private async Task NothingIsLostAsync(Func<CancellationToken, Task> happensAsync, bool mayRefuse = false)
    {
        var sessions = Enumerable.Range(0, Sessions)
            .Select(i => LiveSession.Start(
                cluster.Processes.Channel, TenantOf(i), cluster.Expected, Cancel, mayRefuse))
            .ToList();
        var uploads = Uploads.Start(cluster.Processes.Channel, Cancel, mayRefuse);
        await Task.WhenAll(sessions.Select(session => session.UnderWay));
        foreach (var session in sessions)
        {
            session.TakeSilence();
        }

        await happensAsync(Cancel);
        await Task.WhenAll([.. sessions.Select(session => session.MoreAsync(6, Cancel)), uploads.MoreAsync(1, Cancel)]);

        var silence = sessions.Max(session => session.TakeSilence().Length);
        output.WriteLine($"Silent for {silence.TotalMilliseconds:F0} ms.");
        var lost = await Task.WhenAll(sessions.Select(session => session.StopAsync()));
        foreach (var failure in lost.SelectMany(failures => failures))
        {
            // Assertions cut long texts off.
            output.WriteLine(failure);
        }

        Assert.Empty(await uploads.StopAsync());
        Assert.All(lost, Assert.Empty);
    }

    /// <summary>Waits until the gateway's report says something.</summary>
    /// <param name="words">A part of the report.</param>
    /// <param name="isReady">True: the gateway must be ready all the time.</param>
    private async Task ReportedAsync(string words, bool isReady = true)
    {
        var last = "";
        await Patience.UntilAsync(
            async token =>
            {
                (var code, last) = await cluster.Processes.Gateway.HealthAsync(token);
                Assert.True(code == HttpStatusCode.OK || !isReady, last);
                return last.Contains(words, StringComparison.Ordinal);
            },
            () => $"The gateway's report does not say '{words}': {last}",
            Cancel);
    }

    private async Task<string> EncodersInReachAsync()
    {
        const string Gauge = "segmentation_gateway_encoders{} ";
        using var http = new HttpClient();
        var page = await http.GetStringAsync(new Uri(cluster.Processes.Gateway.Operators, "metrics"), Cancel);
        return page.Split('\n').Single(line => line.StartsWith(Gauge, StringComparison.Ordinal))[Gauge.Length..].Trim();
    }

    /// <summary>Waits until the store has the embedding of a tenant's photograph.</summary>
    private Task StoredAsync(string tenant, CancellationToken cancellationToken)
    {
        var client = new ImageService.ImageServiceClient(cluster.Processes.Channel);
        var metadata = new Metadata { { "x-segmentation-tenant", tenant } };
        return Patience.UntilAsync(
            async token =>
            {
                try
                {
                    var request = new GetEmbeddingRequest { Id = Photograph.Id };
                    await client.GetEmbeddingAsync(request, metadata, cancellationToken: token);
                    return true;
                }
                catch (RpcException error) when (error.StatusCode == StatusCode.NotFound)
                {
                    return false;
                }
            },
            () => $"The store has no embedding of {tenant}.",
            cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            output.WriteLine(cluster.Output);
        }

        return ValueTask.CompletedTask;
    }
}
