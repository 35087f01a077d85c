using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>What the chart gives operators, tried on a running cluster: its test, its dashboards, its alerts.</summary>
public sealed class OperatorTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task SmokeTest_OfARunningCluster_UploadsAndClicks()
    {
        var (code, output) = await SmokeTestAsync(new Uri($"http://{cluster.Processes.Channel.Target}").Port);

        Assert.True(code == 0, output);
        Assert.Contains("A picture was uploaded and a click on it gave its mask.", output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task SmokeTest_NobodyListens_SaysWhichStepFailedAndEndsWithOne()
    {
        var (code, output) = await SmokeTestAsync(Repository.FreePort());

        Assert.Equal(1, code);
        Assert.Contains("upload failed: Unavailable", output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 180_000)]
    public async Task Dashboards_OnARunningCluster_EveryQueryHasSamples()
    {
        if (!PrometheusProcess.IsInstalled)
        {
            RedisServer.Missing("Prometheus is not on PATH (Debian: apt-get install prometheus).");
        }

        await using var prometheus = new PrometheusProcess();
        await prometheus.StartAsync(cluster.Processes);
        var missing = Queries().ToList();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(90));

        // Rates need values before and after, so the work goes on until every query has been answered.
        while (missing.Count > 0 && !patience.IsCancellationRequested)
        {
            await WorkAsync();
            foreach (var query in missing.ToList())
            {
                if (await prometheus.HasSamplesAsync(query, Cancel))
                {
                    missing.Remove(query);
                }
            }
        }

        Assert.True(missing.Count == 0, $"No samples for:\n{string.Join('\n', missing)}\n{prometheus.Output}");
        Assert.Empty(await prometheus.FailingRulesAsync(Cancel));
    }

    private static async Task<(int Code, string Output)> SmokeTestAsync(int grpcPort)
    {
        await using var process = await ChildProcess.StartAsync(
            "smoke test",
            null,
            [
                "sh", "-c", "\"$@\"; echo \"exit code $?\"", "sh", "dotnet", Repository.Program("Gateway"), "--smoketest",
                $"--Segmentation:Endpoints:GrpcPort={grpcPort}",
            ]);
        await process.Ended.WaitAsync(Cancel);
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
    private async Task WorkAsync()
    {
        var images = new ImageService.ImageServiceClient(cluster.Processes.Channel);
        var client = new SegmentationService.SegmentationServiceClient(cluster.Processes.Channel);
        var file = Photograph.Copy();
        using var upload = images.UploadImage(cancellationToken: Cancel);
        await upload.RequestStream.WriteAsync(new() { Chunk = file }, Cancel);
        await upload.RequestStream.CompleteAsync();
        var image = await upload;
        await client.SegmentAsync(
            new SegmentRequest { ImageId = image.Id, Prompts = { Photograph.Click(300, 200) } }, cancellationToken: Cancel);
        using var session = client.SegmentStream(cancellationToken: Cancel);
        await session.RequestStream.WriteAsync(new() { Open = new OpenImage { ImageId = image.Id } }, Cancel);
        await session.RequestStream.WriteAsync(
            new() { Prompt = new StreamPrompt { Sequence = 1, Prompt = Photograph.Click(300, 200) } }, Cancel);
        await session.RequestStream.CompleteAsync();
        Assert.Equal(2, (await session.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel)).Count);
        await SearchAsync(client, file);
    }

    private static async Task SearchAsync(SegmentationService.SegmentationServiceClient client, ByteString file)
    {
        using var search = client.SegmentEverything(
            new SegmentEverythingRequest { ImageData = file, Options = new EverythingOptions { PointsPerSide = 2 } },
            cancellationToken: Cancel);
        Assert.NotEmpty(await search.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel));
    }
}
