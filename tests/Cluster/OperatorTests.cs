using Google.Protobuf;
using Grpc.Core;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>Tries the chart's test, dashboards and alerts on a running cluster.</summary>
public sealed class OperatorTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact(Timeout = 600_000)]
    public async Task SmokeTest_OfARunningCluster_UploadsAndClicks()
    {
        var port = new Uri($"http://{cluster.Processes.Channel.Target}").Port;

        var (code, output) = await SmokeTestAsync(port, TestContext.Current.CancellationToken);

        Assert.True(code == 0, output);
        Assert.Contains("A picture was uploaded and a click on it gave its mask.", output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 600_000)]
    public async Task SmokeTest_NobodyListens_SaysWhichStepFailedAndEndsWithOne()
    {
        var (code, output) = await SmokeTestAsync(Repository.FreePort(), TestContext.Current.CancellationToken);

        Assert.Equal(1, code);
        Assert.Contains("upload failed: Unavailable", output, StringComparison.Ordinal);
    }

    [Fact(Timeout = 600_000)]
    public async Task Dashboards_OnARunningCluster_EveryQueryHasSamples()
    {
        var cancel = TestContext.Current.CancellationToken;
        PrometheusProcess.Require();
        await using var prometheus = new PrometheusProcess();
        await prometheus.StartAsync(cluster.Processes, []);

        var missing = await prometheus.UnansweredAsync(
            DashboardQueries.Of(title => title != DashboardQueries.Projects), () => WorkAsync(cancel), cancel);

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
