using System.Diagnostics;
using Google.Rpc;
using Grpc.Core;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>A quota that two gateways share by way of Redis, with Redis there, away, and back.</summary>
public sealed class QuotaTests
{
    private const double Rate = 20;
    private const string Apart = "Quotas are not settled with the other gateways";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Quota_RedisAwayAndBack_IsSharedByTwoGatewaysThroughout()
    {
        await using var cluster = new ClusterProcesses(
            RedisServer.Any,
            silos: 1,
            encoders: 1,
            gateways: 2,
            $"Quotas:UnitsPerSecond={Rate}",
            $"Quotas:Burst={Rate}",
            "Quotas:ImageUnits=1");
        try
        {
            await cluster.StartAsync(Cancel);
        }
        catch (MissingProgramException missing)
        {
            RedisServer.Missing(missing.Message);
        }

        var image = await UploadAsync(cluster);
        await AskAsync(cluster, image, TimeSpan.FromSeconds(2));
        Within(await AskAsync(cluster, image, TimeSpan.FromSeconds(4)), Rate);

        await cluster.Cache.KillAsync();
        await UntilAsync(cluster, image, isApart: true);
        Within(await AskAsync(cluster, image, TimeSpan.FromSeconds(4)), Rate);

        await cluster.Cache.StartAsync(Cancel);
        await UntilAsync(cluster, image, isApart: false);
        await AskAsync(cluster, image, TimeSpan.FromSeconds(2));
        Within(await AskAsync(cluster, image, TimeSpan.FromSeconds(4)), Rate);
        Assert.InRange((await UsageAsync(cluster, 1)).Units.UsedToday, 1, 1_000);
    }

    private static void Within((int Admitted, int Asked, TimeSpan Time) asked, double rate)
    {
        // Above: what gateways hold in advance, a burst at most. Below: half of the rate, where at least twice the rate was
        // asked for; a machine under load asks for less.
        var seconds = asked.Time.TotalSeconds;
        var least = Math.Min(0.5 * rate * seconds, 0.25 * asked.Asked);
        Assert.InRange(asked.Admitted, least, (1.1 * rate * seconds) + rate);
    }

    /// <summary>Asks both gateways for far more than the quota.</summary>
    private static async Task<(int Admitted, int Asked, TimeSpan Time)> AskAsync(
        ClusterProcesses cluster, string image, TimeSpan time)
    {
        var begin = Stopwatch.GetTimestamp();
        var (admitted, asked) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
        {
            while (Stopwatch.GetElapsedTime(begin) < time)
            {
                var isAdmitted = await IsAdmittedAsync(cluster, n, image);
                Interlocked.Increment(ref asked);
                Interlocked.Add(ref admitted, isAdmitted ? 1 : 0);
            }
        }));
        return (admitted, asked, Stopwatch.GetElapsedTime(begin));
    }

    private static async Task<bool> IsAdmittedAsync(ClusterProcesses cluster, int n, string image)
    {
        var client = new SegmentationService.SegmentationServiceClient(cluster.Channels[n % cluster.Channels.Count]);
        var request = new SegmentRequest
        {
            ImageId = image,
            Prompts = { new Prompt { Points = { new Point { X = 30, Y = 20 } } } },
            Output = new OutputOptions { Refinable = false },
        };
        try
        {
            await client.SegmentAsync(request, cancellationToken: Cancel);
            return true;
        }
        catch (RpcException error) when (error.StatusCode == StatusCode.ResourceExhausted)
        {
            Assert.Equal("QUOTA_EXCEEDED", error.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason);
            return false;
        }
    }

    private static async Task<string> UploadAsync(ClusterProcesses cluster)
    {
        var client = new SegmentationService.SegmentationServiceClient(cluster.Channel);
        var answer = await client.SegmentAsync(
            new SegmentRequest
            {
                ImageData = Photograph.File600x400,
                Prompts = { new Prompt { Points = { new Point { X = 30, Y = 20 } } } },
            },
            cancellationToken: Cancel);
        return answer.Image.Id;
    }

    /// <summary>Asks until both gateways say that they are settled or not.</summary>
    private static async Task UntilAsync(ClusterProcesses cluster, string image, bool isApart)
    {
        foreach (var (gateway, n) in cluster.Gateways.Select((gateway, n) => (gateway, n)))
        {
            var report = "";
            await Patience.UntilAsync(
                async token =>
                {
                    await IsAdmittedAsync(cluster, n, image);
                    (_, report) = await gateway.HealthAsync(token);
                    return report.Contains(Apart, StringComparison.Ordinal) == isApart;
                },
                () => report,
                Cancel);
        }
    }

    private static async Task<Usage> UsageAsync(ClusterProcesses cluster, int gateway) =>
        await new UsageService.UsageServiceClient(cluster.Channels[gateway]).GetUsageAsync(
            new GetUsageRequest(), cancellationToken: Cancel);
}
