using Grpc.Core;
using Segmentation.Cli.Tests;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>Everything in a photograph, found by silos, encoders and gateways that are processes of their own.</summary>
public sealed class EverythingTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [Fact(Timeout = 300_000)]
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

    [Fact(Timeout = 300_000)]
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

    private async Task<List<FoundMask>> SearchAsync(Func<EverythingProgress, Task> happens)
    {
        var cancel = TestContext.Current.CancellationToken;
        var client = new SegmentationService.SegmentationServiceClient(cluster.Processes.Channel);
        var request = new SegmentEverythingRequest
        {
            ImageData = Photograph.File600x400,
            Options = new EverythingOptions { PointsPerSide = 16, PointsPerBatch = 16 },
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
