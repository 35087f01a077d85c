using Grpc.Core;
using Segmentation.Protocol.V1;
using Segmentation.Tests.Shared;

namespace Segmentation.Cluster.Tests;

/// <summary>Everything in a photograph, found by two silos of which one is killed.</summary>
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
