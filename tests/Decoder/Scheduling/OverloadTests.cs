using Segmentation.Common;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Engine;
using Segmentation.Decoder.Scheduling;
using Segmentation.Decoder.Tests.Fakes;

namespace Segmentation.Decoder.Tests.Scheduling;

/// <summary>More work than workers: what is done is done in time, and the rest is refused at once.</summary>
public sealed class OverloadTests
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Lane.Interactive)]
    [InlineData(Lane.Batch)]
    public async Task CompleteAsync_TwoRequestsOfATenant_TheFirstIsDoneBeforeTheSecondBegins(Lane lane)
    {
        await using var silo = new TestSilo();
        var first = Series(silo, "first", 3, lane).CompleteAsync(Cancel);
        await silo.Engine.NextAsync();
        var second = Series(silo, "second", 3, lane).CompleteAsync(Cancel);
        silo.Engine.Let(6);

        await Task.WhenAll(first, second);
        Assert.Equal(["first 0", "first 1", "first 2", "second 0", "second 1", "second 2"], silo.Engine.Runs);
    }

    [Fact]
    public async Task CompleteAsync_ARequestThatCameFirstIsQueuedLater_IsDoneFirst()
    {
        await using var silo = new TestSilo();
        var blocker = Series(silo, "blocker", 1).CompleteAsync(Cancel);
        await silo.Engine.NextAsync();
        var came = silo.Time.GetTimestamp();
        silo.Time.Advance(_second);
        var second = Series(silo, "second", 2).CompleteAsync(Cancel);
        var first = Series(silo, "first", 2, arrivedAt: came).CompleteAsync(Cancel);
        silo.Engine.Let(5);

        await Task.WhenAll(blocker, first, second);
        Assert.Equal(["blocker 0", "first 0", "first 1", "second 0", "second 1"], silo.Engine.Runs);
    }

    [Fact]
    public async Task CompleteAsync_OneTenantsJobsAreDear_TheOthersGetAsMuchTime()
    {
        await using var silo = new TestSilo();
        var blocker = Series(silo, "blocker", 1, Lane.Batch).CompleteAsync(Cancel);
        await silo.Engine.NextAsync();
        Task[] waiting =
        [
            Series(silo, "dear", 2, Lane.Batch, tenant: "dear", cost: 3).CompleteAsync(Cancel),
            Series(silo, "cheap", 6, Lane.Batch, tenant: "cheap").CompleteAsync(Cancel),
        ];
        silo.Engine.Let(9);

        await Task.WhenAll([blocker, .. waiting]);
        Assert.Equal(
            ["blocker 0", "cheap 0", "cheap 1", "dear 0", "cheap 2", "cheap 3", "cheap 4", "dear 1", "cheap 5"],
            silo.Engine.Runs);
    }

    [Fact]
    public async Task CompleteAsync_TheWaitWouldBeTooLong_IsRefusedAtOnceAndOtherTenantsAreNot()
    {
        await using var silo = new TestSilo(new DecoderOptions { Workers = 1, MaxWait = _second });
        var running = Series(silo, "running", 1).CompleteAsync(Cancel);
        await silo.Engine.NextAsync();

        // Before anything was measured a prompt counts for 20 ms.
        var waiting = Series(silo, "waiting", 60).CompleteAsync(Cancel);
        var refused = await Series(silo, "refused", 1).CompleteAsync(Cancel);
        var other = Series(silo, "other", 1, tenant: "other").CompleteAsync(Cancel);

        Assert.InRange(refused!.Value, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(0.8));
        silo.Engine.Let(62);
        Assert.All(await Task.WhenAll(running, waiting, other), Assert.Null);
        Assert.Equal(["running 0", "waiting 0", "other 0", "waiting 1"], silo.Engine.Runs.Take(4));
        Assert.DoesNotContain("refused 0", silo.Engine.Runs);
    }

    [Fact]
    public async Task CompleteAsync_TheAnswerWouldComeTooLate_IsRefusedAtOnce()
    {
        await using var silo = new TestSilo();
        var running = Series(silo, "running", 1, Lane.Batch).CompleteAsync(Cancel);
        await silo.Engine.NextAsync();
        var waiting = Series(silo, "waiting", 60, Lane.Batch).CompleteAsync(Cancel);

        var late = await Series(silo, "late", 10, Lane.Batch, patience: _second).CompleteAsync(Cancel);
        var patient = Series(silo, "patient", 10, Lane.Batch, patience: 2 * _second).CompleteAsync(Cancel);

        Assert.NotNull(late);
        silo.Engine.Let(71);
        Assert.All(await Task.WhenAll(running, waiting, patient), Assert.Null);
        Assert.DoesNotContain("late 0", silo.Engine.Runs);
    }

    [Fact]
    public async Task CompleteAsync_TheDeadlinePassesOnTheWay_TheRestIsDroppedAndOthersAreServed()
    {
        await using var silo = new TestSilo();
        var late = Series(silo, "late", 3, patience: _second).CompleteAsync(Cancel);
        await silo.Engine.NextAsync();
        var next = Series(silo, "next", 1).CompleteAsync(Cancel);

        silo.Time.Advance(2 * _second);
        silo.Engine.Let(2);

        Assert.NotNull(await late);
        Assert.Null(await next);
        Assert.Equal(["late 0", "next 0"], silo.Engine.Runs);
    }

    [Fact]
    public async Task CompleteAsync_NothingElseWaits_ATightDeadlineIsTried()
    {
        await using var silo = new TestSilo(isHeld: false);
        Assert.Null(await Series(silo, "tight", 3, patience: TimeSpan.FromMilliseconds(1)).CompleteAsync(Cancel));
    }

    [Fact]
    public async Task CompleteAsync_OnePieceFails_TheOthersAreEnded()
    {
        await using var silo = new TestSilo(new DecoderOptions { Workers = 2 });
        var series = new ChunkedJobs<int>(silo.Scheduler, 10, (i, ends) => new DecodeJob<int>(
            Lane.Batch,
            (_, token) =>
            {
                if (i == 0)
                {
                    throw new InvalidDataException();
                }

                silo.Engine.Enter($"{i}", token);
                return i;
            },
            ends));

        await Assert.ThrowsAsync<InvalidDataException>(() => series.CompleteAsync(Cancel));
        Assert.InRange(silo.Engine.Runs.Count, 0, 2);
    }

    [Fact]
    public async Task DecodeAsync_LongInteractiveWork_LetsClicksInAndGoesBeforeBatchWork()
    {
        await using var silo = new TestSilo(isHeld: false);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var isQueued = new ManualResetEventSlim();
        var order = new List<string>();
        Task Run(Lane lane, string name, double cost, Action<IDecodeWorker>? work = null) =>
            silo.Scheduler.RunAsync(new DecodeJob<int>(
                lane,
                (worker, _) =>
                {
                    work?.Invoke(worker);
                    order.Add(name);
                    return 1;
                },
                Cancel)
            {
                Cost = cost,
            });
        var first = Run(Lane.Interactive, "long", 5, worker =>
        {
            begun.SetResult();
            isQueued.Wait(Cancel);
            worker.OnYield!();
        });
        await begun.Task;
        var batch = Run(Lane.Batch, "batch", 1);
        var second = Run(Lane.Interactive, "second long", 5);
        var click = Run(Lane.Interactive, "click", 1);
        isQueued.Set();

        await Task.WhenAll(first, batch, second, click);
        Assert.Equal(["click", "long", "second long", "batch"], order);
    }

    [Fact]
    public async Task CompleteAsync_ClicksWithoutEnd_LongInteractiveWorkHasItsTurn()
    {
        await using var silo = new TestSilo();
        var blocker = Series(silo, "blocker", 1).CompleteAsync(Cancel);
        await silo.Engine.NextAsync();
        var clicks = Series(silo, "click", 10).CompleteAsync(Cancel);
        var lengthy = Series(silo, "long", 1, cost: 5, tenant: "other").CompleteAsync(Cancel);
        silo.Engine.Let(12);

        await Task.WhenAll(blocker, clicks, lengthy);
        Assert.Equal("long 0", silo.Engine.Runs.ElementAt(5));
    }

    private static ChunkedJobs<int> Series(
        TestSilo silo,
        string name,
        int count,
        Lane lane = Lane.Interactive,
        string tenant = "",
        double cost = 1,
        long arrivedAt = 0,
        TimeSpan? patience = null) => new(
        silo.Scheduler,
        count,
        (i, ends) => new DecodeJob<int>(
            lane,
            (_, token) =>
            {
                silo.Engine.Enter($"{name} {i}", token);
                return i;
            },
            ends)
        {
            Prompts = 1,
            Tenant = tenant,
            Cost = cost,
        })
        {
            ArrivedAt = arrivedAt,
            TimeLimit = patience,
        };
}
