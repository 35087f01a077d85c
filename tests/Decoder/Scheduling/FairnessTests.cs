using Segmentation.Common;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Scheduling;
using Segmentation.Decoder.Tests.Fakes;
using Segmentation.Grains;

namespace Segmentation.Decoder.Tests.Scheduling;

/// <summary>Who waits for whom when several tenants want the same workers.</summary>
public sealed class FairnessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_OneTenantHasManyJobs_AnotherWaitsForOneOfThem()
    {
        await using var silo = new TestSilo();
        var blocker = Run(silo, "loud", "blocker");
        await silo.Engine.NextAsync();
        Task[] waiting =
        [
            Run(silo, "loud", "loud 1"),
            Run(silo, "loud", "loud 2"),
            Run(silo, "loud", "loud 3"),
            Run(silo, "quiet", "quiet 1"),
            Run(silo, "quiet", "quiet 2"),
        ];
        silo.Engine.Let(6);
        await Task.WhenAll([blocker, .. waiting]);

        Assert.Equal(["blocker", "loud 1", "quiet 1", "loud 2", "quiet 2", "loud 3"], silo.Engine.Runs);
    }

    [Fact]
    public async Task RunAsync_FullLane_TheTenantWithMostGivesUpItsNewest()
    {
        await using var silo = new TestSilo(new DecoderOptions { Workers = 1, MaxQueueLength = 3 });
        var blocker = Run(silo, "loud", "blocker");
        await silo.Engine.NextAsync();
        var loud = Enumerable.Range(1, 3).Select(i => Run(silo, "loud", $"loud {i}")).ToList();

        var quiet = Run(silo, "quiet", "quiet");
        Assert.NotNull((await loud[2]).RefusedFor);

        // Both have what is theirs now: two against one, and nobody gains by another turn.
        Assert.NotNull((await Run(silo, "loud", "loud 4")).RefusedFor);
        Assert.NotNull((await Run(silo, "quiet", "quiet 2")).RefusedFor);
        silo.Engine.Let(4);
        await Task.WhenAll(blocker, loud[0], loud[1], quiet);
        Assert.Equal(["blocker", "loud 1", "quiet", "loud 2"], silo.Engine.Runs);
    }

    [Fact]
    public async Task JobSeries_ManyPrompts_AClickWaitsForOneOfThem()
    {
        await using var silo = new TestSilo();
        var bulk = Bulk(silo, 3).CompleteAsync(Cancel);
        Assert.Equal("bulk 0", await silo.Engine.NextAsync());
        var click = Run(silo, "quiet", "click");
        silo.Engine.Let(4);

        Assert.Null(await bulk);
        await click;
        Assert.Equal(["bulk 0", "click", "bulk 1", "bulk 2"], silo.Engine.Runs);
    }

    [Fact]
    public async Task JobSeries_Cancelled_RunsNoFurtherPrompt()
    {
        await using var silo = new TestSilo();
        using var givesUp = new CancellationTokenSource();
        var bulk = Bulk(silo, 100).CompleteAsync(givesUp.Token);
        await silo.Engine.NextAsync();

        await givesUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bulk);
        Assert.Equal(["bulk 0"], silo.Engine.Runs);
    }

    [Fact]
    public async Task JobSeries_TwoWorkers_BothWorkAndResultsKeepTheirOrder()
    {
        await using var silo = new TestSilo(new DecoderOptions { Workers = 2 });
        var run = Bulk(silo, 5);
        var bulk = run.CompleteAsync(Cancel);
        await silo.Engine.NextAsync();
        await silo.Engine.NextAsync();
        silo.Engine.Let(5);

        Assert.Null(await bulk);
        Assert.Equal([0, 1, 2, 3, 4], run.Results.Select(masks => masks.Length));
    }

    private static Task<JobResult<string>> Run(TestSilo silo, string tenant, string name) =>
        silo.Scheduler.RunAsync(new DecodeJob<string>(
            Lane.Interactive,
            (_, token) =>
            {
                silo.Engine.Enter(name, token);
                return name;
            },
            Cancel)
        {
            Tenant = tenant,
        });

    /// <summary>Prompts whose answer has as many masks as their number.</summary>
    private static ChunkedJobs<MaskData[]> Bulk(TestSilo silo, int count) => new(
        silo.Scheduler,
        count,
        (i, ends) => new DecodeJob<MaskData[]>(
            Lane.Batch,
            (_, token) =>
            {
                silo.Engine.Enter($"bulk {i}", token);
                return new MaskData[i];
            },
            ends)
        {
            Tenant = "loud",
        });
}
