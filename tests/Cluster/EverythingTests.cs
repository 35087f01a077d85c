using System.Globalization;
using Grpc.Core;
using Segmentation.Cli.Tests;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>
/// Everything in a photograph, found by silos, encoders and gateways that are processes of their own.
/// </summary>
public sealed class EverythingTests(ClusterFixture cluster, ITestOutputHelper output) : IClassFixture<ClusterFixture>
{
    [Fact(Timeout = 600_000)]
    public async Task SegmentEverything_SiloIsKilledInTheMiddle_TheSameMasksInTheSameOrder()
    {
        var cancel = TestContext.Current.CancellationToken;
        var undisturbed = await SearchAsync(_ => Task.CompletedTask);
        Task? killed = null;

        var disturbed = await SearchAsync(progress =>
        {
            if (killed is null && progress.PointsDone > 0)
            {
                Assert.True(progress.PointsDone < progress.Points, "It was over before the silo was killed.");
                killed = cluster.Processes.Silos[0].KillAsync();
            }

            return killed ?? Task.CompletedTask;
        });

        Assert.NotNull(killed);
        await killed;
        await cluster.Processes.Silos[0].StartAsync(cancel);
        Assert.NotEmpty(undisturbed);
        Assert.Equal(undisturbed, disturbed);
    }

    [Fact(Timeout = 600_000)]
    public async Task SegmentEverything_Crops_TheMasksOfALocalSearchAndNothingIsEncodedTwice()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        string[] server = ["--server", $"http://{cluster.Processes.Channel.Target}"];
        var local = await CropsAsync(folder.File("local"));

        var first = await CropsAsync(folder.File("first"), server);
        await Task.WhenAll(cluster.Processes.Encoders.Select(encoder => encoder.KillAsync()));
        var second = await CropsAsync(folder.File("second"), server);
        await Task.WhenAll(cluster.Processes.Encoders.Select(encoder => encoder.StartAsync(cancel)));

        Assert.Contains("\"crop_box\"", local, StringComparison.Ordinal);
        Assert.Equal(local, first);
        Assert.Equal(local, second);
    }

    [Fact(Timeout = 600_000)]
    public async Task SegmentEverything_SameAtTwoGateways_IsDoneOnceForBoth()
    {
        var cancel = TestContext.Current.CancellationToken;
        var alone = await SearchAsync(_ => Task.CompletedTask);
        var before = await PointsDecodedAsync(cancel);
        Task<List<FoundMask>>? second = null;

        var first = await SearchAsync(progress =>
        {
            if (progress.PointsDone > 0)
            {
                second ??= SearchAsync(_ => Task.CompletedTask, gateway: 1);
            }

            return Task.CompletedTask;
        });

        Assert.NotNull(second);
        Assert.NotEmpty(alone);
        Assert.Equal(alone, first);
        Assert.Equal(alone, await second);

        // All 256 once, but that a silo which is free early takes parts of another's share for one of them only.
        var decoded = await PointsDecodedAsync(cancel) - before;
        output.WriteLine($"{decoded} points were decoded for both.");
        Assert.InRange(decoded, 256, 256 + 128);
    }

    [Fact(Timeout = 600_000)]
    public async Task SegmentEverything_OneOfTwoGatewaysIsKilled_TheOtherAnswersTheSame()
    {
        var cancel = TestContext.Current.CancellationToken;
        var alone = await SearchAsync(_ => Task.CompletedTask);

        Task? killed = null;

        // Other batches, the same masks: silos have found nothing of this plan. The gateway is killed by what it says
        // itself: what the other says may come when this one has said everything.
        var lost = SearchAsync(
            progress =>
            {
                if (killed is null && progress.PointsDone > 0)
                {
                    Assert.True(progress.PointsDone < progress.Points, "It was over before the gateway was killed.");
                    killed = cluster.Processes.Gateways[0].KillAsync();
                }

                return killed ?? Task.CompletedTask;
            },
            pointsPerBatch: 8);
        var kept = await SearchAsync(_ => Task.CompletedTask, gateway: 1, pointsPerBatch: 8);

        await Assert.ThrowsAsync<RpcException>(() => lost);
        Assert.NotNull(killed);
        await cluster.Processes.Gateways[0].StartAsync(cancel);
        Assert.NotEmpty(alone);
        Assert.Equal(alone, kept);
    }

    /// <summary>Points that all silos have decoded until now.</summary>
    private async Task<int> PointsDecodedAsync(CancellationToken cancel)
    {
        const string Counter = "segmentation_decoder_prompts_total{";
        using var http = new HttpClient();
        var pages = await Task.WhenAll(cluster.Processes.Silos.Select(
            silo => http.GetStringAsync(new Uri(silo.Operators, "metrics"), cancel)));
        return pages.SelectMany(page => page.Split('\n'))
            .Where(line => line.StartsWith(Counter, StringComparison.Ordinal)
                && line.Contains("work=\"search\"", StringComparison.Ordinal))
            .Sum(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
    }

    /// <summary>What <c>segctl</c> writes of a photograph in five crops.</summary>
    private static async Task<string> CropsAsync(string folder, params string[] more)
    {
        var photograph = Path.Combine(Repository.Root, "tests", "Sam", "Data", "images", "coffee.png");
        var result = await Segctl.RunAsync(
            [
                "everything", photograph, "--points-per-side", "8", "--crop-n-layers", "1",
                "--crop-n-points-downscale-factor", "2", "--output", folder, .. more,
            ]);
        Assert.True(result.ExitCode == 0, result.Error);
        return await File.ReadAllTextAsync(
            Path.Combine(folder, "coffee.json"), TestContext.Current.CancellationToken);
    }

    private async Task<List<FoundMask>> SearchAsync(
        Func<EverythingProgress, Task> happens, int gateway = 0, uint pointsPerBatch = 16)
    {
        var cancel = TestContext.Current.CancellationToken;
        var client = new SegmentationService.SegmentationServiceClient(cluster.Processes.Channels[gateway]);
        var request = new SegmentEverythingRequest
        {
            ImageData = Photograph.File600x400,
            Options = new EverythingOptions { PointsPerSide = 16, PointsPerBatch = pointsPerBatch },
        };
        using var call = client.SegmentEverything(request, cancellationToken: cancel);
        var masks = new List<FoundMask>();
        await foreach (var response in call.ResponseStream.ReadAllAsync(cancel))
        {
            if (response.Progress is { } progress)
            {
                await happens(progress);
            }

            if (response.Mask is { } mask)
            {
                masks.Add(mask);
            }
        }

        return masks;
    }
}
