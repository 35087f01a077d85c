using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>Tries the chart's test, dashboards and alerts on a running cluster.</summary>
public sealed class OperatorTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact(Timeout = 120_000)]
    public async Task SmokeTest_OfARunningCluster_UploadsAndClicks()
    {
        var port = new Uri($"http://{cluster.Processes.Channel.Target}").Port;

        var (code, output) = await SmokeTestAsync(port, TestContext.Current.CancellationToken);

        Assert.True(code == 0, output);
        Assert.Contains("A picture was uploaded and a click on it gave its mask.", output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task SmokeTest_NobodyListens_SaysWhichStepFailedAndEndsWithOne()
    {
        var (code, output) = await SmokeTestAsync(Repository.FreePort(), TestContext.Current.CancellationToken);

        Assert.Equal(1, code);
        Assert.Contains("upload failed: Unavailable", output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 180_000)]
    public async Task Dashboards_OnARunningCluster_EveryQueryHasSamples()
    {
        var cancel = TestContext.Current.CancellationToken;
        if (!PrometheusProcess.IsInstalled)
        {
            RedisServer.Missing("Prometheus is not on PATH (Debian: apt-get install prometheus).");
        }

        await using var prometheus = new PrometheusProcess();
        await prometheus.StartAsync(cluster.Processes);
        var missing = Queries().ToList();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(90));

        // Rates need values before and after, so the work goes on until every query has been answered.
        while (missing.Count > 0 && !patience.IsCancellationRequested)
        {
            await WorkAsync(cancel);
            foreach (var query in missing.ToList())
            {
                if (await prometheus.HasSamplesAsync(query, cancel))
                {
                    missing.Remove(query);
                }
            }
        }

        Assert.True(missing.Count == 0, $"No samples for:\n{string.Join('\n', missing)}\n{prometheus.Output}");
        Assert.Empty(await prometheus.FailingRulesAsync(cancel));
    }

    private static async Task<(int Code, string Output)> SmokeTestAsync(int grpcPort, CancellationToken cancel)
    {
        await using var process = await ChildProcess.StartAsync(
            "smoke test",
            null,
            [
                "sh", "-c", "\"$@\"; echo \"exit code $?\"", "sh", "dotnet", Repository.Program("Gateway"), "--smoketest",
                $"--Segmentation:Endpoints:GrpcPort={grpcPort}",
            ]);
        await process.Ended.WaitAsync(cancel);
        return (process.Output.Contains("exit code 0", StringComparison.Ordinal) ? 0 : 1, process.Output);
    }

    /// <summary>The queries of all dashboards, as the chart renders them for the production example.</summary>
    private static IEnumerable<string> Queries()
    {
        var rendered = Path.Combine(
            Repository.Root, "charts", "segmentation", "examples", "production-gpu", "rendered.yaml");
        var dashboards = File.ReadLines(rendered).Where(line => line.StartsWith("    {\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, dashboards.Count);
        return dashboards
            .SelectMany(json => JsonDocument.Parse(json).RootElement.GetProperty("panels").EnumerateArray())
            .SelectMany(panel => panel.TryGetProperty("targets", out var targets) ? targets.EnumerateArray().ToArray() : [])
            .Select(target => target.GetProperty("expr").GetString()!
                .Replace("$namespace", "test", StringComparison.Ordinal)
                .Replace("$__rate_interval", "20s", StringComparison.Ordinal));
    }

    /// <summary>A new picture, a click, a prompt of a live session, and a search for everything.</summary>
    private async Task WorkAsync(CancellationToken cancel)
    {
        var images = new ImageService.ImageServiceClient(cluster.Processes.Channel);
        var client = new SegmentationService.SegmentationServiceClient(cluster.Processes.Channel);
        var file = Photograph.Copy();
        using var upload = images.UploadImage(cancellationToken: cancel);
        await upload.RequestStream.WriteAsync(new() { Chunk = file }, cancel);
        await upload.RequestStream.CompleteAsync();
        var image = await upload;
        await client.SegmentAsync(
            new SegmentRequest { ImageId = image.Id, Prompts = { Photograph.Click(300, 200) } }, cancellationToken: cancel);
        using var session = client.SegmentStream(cancellationToken: cancel);
        await session.RequestStream.WriteAsync(new() { Open = new OpenImage { ImageId = image.Id } }, cancel);
        await session.RequestStream.WriteAsync(
            new() { Prompt = new StreamPrompt { Sequence = 1, Prompt = Photograph.Click(300, 200) } }, cancel);
        await session.RequestStream.CompleteAsync();
        Assert.Equal(2, (await session.ResponseStream.ReadAllAsync(cancel).ToListAsync(cancel)).Count);
        await SearchAsync(client, file, cancel);
    }

    private static async Task SearchAsync(
        SegmentationService.SegmentationServiceClient client, ByteString file, CancellationToken cancel)
    {
        using var search = client.SegmentEverything(
            new SegmentEverythingRequest { ImageData = file, Options = new EverythingOptions { PointsPerSide = 2 } },
            cancellationToken: cancel);
        Assert.NotEmpty(await search.ResponseStream.ReadAllAsync(cancel).ToListAsync(cancel));
    }
}
