using Segmentation.Common;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Engine;
using Segmentation.Decoder.Scheduling;
using Segmentation.Decoder.Tests.Fakes;

namespace Segmentation.Decoder.Tests.Scheduling;

public sealed class DecodeSchedulerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_BothLanesWaiting_InteractiveFirstThenInOrder()
    {
        await using var silo = new TestSilo();
        var blocker = Run(silo, Lane.Batch, "blocker");
        await silo.Engine.NextAsync();
        Task[] waiting =
        [
            Run(silo, Lane.Batch, "batch 1"),
            Run(silo, Lane.Interactive, "interactive 1"),
            Run(silo, Lane.Batch, "batch 2"),
            Run(silo, Lane.Interactive, "interactive 2"),
        ];
        silo.Engine.Let(5);
        await Task.WhenAll([blocker, .. waiting]);

        Assert.Equal(["blocker", "interactive 1", "interactive 2", "batch 1", "batch 2"], silo.Engine.Runs);
    }

    [Fact]
    public async Task RunAsync_TwoWorkers_RunAtTheSameTime()
    {
        await using var silo = new TestSilo(new DecoderOptions { Workers = 2 });
        var first = Run(silo, Lane.Interactive, "a");
        var second = Run(silo, Lane.Interactive, "b");
        await silo.Engine.NextAsync();
        await silo.Engine.NextAsync();
        silo.Engine.Let(2);
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task RunAsync_Work_IsOnAThreadOfItsOwn()
    {
        await using var silo = new TestSilo();
        var result = await silo.Scheduler.RunAsync(new DecodeJob<(bool Pool, string? Name)>(
            Lane.Interactive, (_, _) => (Thread.CurrentThread.IsThreadPoolThread, Thread.CurrentThread.Name), Cancel));
        Assert.Equal((false, "decode-0"), result.Value);
    }

    [Fact]
    public async Task RunAsync_CancelledWhileItWaits_IsDroppedAtOnceAndNeverRuns()
    {
        await using var silo = new TestSilo();
        using var givesUp = new CancellationTokenSource();
        var blocker = Run(silo, Lane.Interactive, "blocker");
        await silo.Engine.NextAsync();
        var dropped = Run(silo, Lane.Interactive, "dropped", givesUp.Token);

        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dropped);
        Assert.False(blocker.IsCompleted);

        silo.Engine.Let(2);
        await blocker;
        await Run(silo, Lane.Interactive, "last");
        Assert.Equal(["blocker", "last"], silo.Engine.Runs);
    }

    [Fact]
    public async Task RunAsync_CancelledBefore_NeverRuns()
    {
        await using var silo = new TestSilo(isHeld: false);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Run(silo, Lane.Interactive, "a", new CancellationToken(true)));
        Assert.Empty(silo.Engine.Runs);
    }

    [Fact]
    public async Task RunAsync_CancelledWhileItRuns_EndsTheRun()
    {
        await using var silo = new TestSilo();
        using var givesUp = new CancellationTokenSource();
        var run = Run(silo, Lane.Interactive, "a", givesUp.Token);
        await silo.Engine.NextAsync();
        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal("a", await silo.Engine.NextCancelledAsync());
    }

    [Fact]
    public async Task RunAsync_FullLane_IsRefusedWithATimeAndTheOtherLaneIsNot()
    {
        await using var silo = new TestSilo(new DecoderOptions { Workers = 1, MaxQueueLength = 2 });
        var blocker = Run(silo, Lane.Batch, "blocker");
        await silo.Engine.NextAsync();
        var waiting = new[] { Run(silo, Lane.Batch, "1"), Run(silo, Lane.Batch, "2") };

        var refused = await Run(silo, Lane.Batch, "3");
        var interactive = Run(silo, Lane.Interactive, "4");

        Assert.InRange(refused.RefusedFor!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10));
        silo.Engine.Let(4);
        await Task.WhenAll([blocker, interactive, .. waiting]);
        Assert.Equal(["blocker", "4", "1", "2"], silo.Engine.Runs);
    }

    [Fact]
    public async Task RunAsync_DroppedWork_FreesItsPlace()
    {
        await using var silo = new TestSilo(new DecoderOptions { Workers = 1, MaxQueueLength = 1 });
        using var givesUp = new CancellationTokenSource();
        var blocker = Run(silo, Lane.Batch, "blocker");
        await silo.Engine.NextAsync();
        var dropped = Run(silo, Lane.Batch, "dropped", givesUp.Token);
        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dropped);

        var next = Run(silo, Lane.Batch, "next");
        silo.Engine.Let(2);

        Assert.Null((await next).RefusedFor);
        await blocker;
    }

    [Fact]
    public async Task RunAsync_WorkFails_ReachesTheCallerAndTheWorkerGoesOn()
    {
        await using var silo = new TestSilo(isHeld: false);
        var failing = new DecodeJob<string>(Lane.Interactive, (_, _) => throw new InvalidDataException(), Cancel);
        await Assert.ThrowsAsync<InvalidDataException>(() => silo.Scheduler.RunAsync(failing));
        Assert.Equal("next", (await Run(silo, Lane.Interactive, "next")).Value);
    }

    [Fact]
    public async Task Promote_BatchWorkThatWaits_GoesBeforeOtherBatchWork()
    {
        await using var silo = new TestSilo();
        var blocker = Run(silo, Lane.Batch, "blocker");
        await silo.Engine.NextAsync();
        var first = Run(silo, Lane.Batch, "1");
        var job = Job(silo, Lane.Batch, "2", Cancel);
        var second = silo.Scheduler.RunAsync(job);

        silo.Scheduler.Promote(job);
        silo.Engine.Let(3);
        await Task.WhenAll(blocker, first, second);

        Assert.Equal(["blocker", "2", "1"], silo.Engine.Runs);
    }

    [Fact]
    public async Task RunAsync_InteractiveWorkWhileBatchWorkRuns_IsDoneBetweenItsRowsByAnotherWorker()
    {
        await using var silo = new TestSilo();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var isQueued = new ManualResetEventSlim();
        var order = new List<string>();
        DecodeJob<IDecodeWorker> Work(Lane lane, Action<IDecodeWorker> work) => new(
            lane,
            (worker, _) =>
            {
                work(worker);
                silo.Time.Advance(TimeSpan.FromSeconds(1));
                order.Add($"{lane}");
                return worker;
            },
            Cancel);
        var batch = silo.Scheduler.RunAsync(Work(Lane.Batch, worker =>
        {
            begun.SetResult();
            isQueued.Wait(Cancel);
            worker.OnYield!();
            worker.OnYield!();
        }));
        await begun.Task;
        var waiting = silo.Scheduler.RunAsync(Work(Lane.Batch, _ => { }));
        var clicks = new[] { 1, 2 }
            .Select(_ => silo.Scheduler.RunAsync(Work(Lane.Interactive, worker => Assert.Null(worker.OnYield))))
            .ToList();
        isQueued.Set();

        Assert.NotSame((await batch).Value, (await clicks[0]).Value);
        Assert.Same((await clicks[0]).Value, (await clicks[1]).Value);
        Assert.Same((await batch).Value, (await waiting).Value);
        Assert.Equal(["Interactive", "Interactive", "Batch", "Batch"], order);
        Assert.All(
            await Task.WhenAll([batch, waiting, .. clicks]),
            result => Assert.Equal(TimeSpan.FromSeconds(1), result.WorkTime));
    }

    [Fact]
    public async Task StopAsync_WorkRunningAndWaiting_EverybodyIsAnswered()
    {
        await using var silo = new TestSilo();
        var running = Run(silo, Lane.Interactive, "running");
        await silo.Engine.NextAsync();
        var waiting = new[] { Run(silo, Lane.Interactive, "1"), Run(silo, Lane.Batch, "2") };

        var stop = silo.Scheduler.StopAsync(Cancel);
        Assert.All(await Task.WhenAll(waiting), result => Assert.NotNull(result.RefusedFor));
        Assert.False(stop.IsCompleted);
        silo.Engine.Let(1);
        await stop;

        Assert.Equal("running", (await running).Value);
        Assert.NotNull((await Run(silo, Lane.Interactive, "late")).RefusedFor);
    }

    private static Task<JobResult<string>> Run(
        TestSilo silo, Lane lane, string name, CancellationToken? cancellationToken = null) =>
        silo.Scheduler.RunAsync(Job(silo, lane, name, cancellationToken ?? Cancel));

    private static DecodeJob<string> Job(
        TestSilo silo, Lane lane, string name, CancellationToken cancellationToken) => new(
        lane,
        (_, token) =>
        {
            silo.Engine.Enter(name, token);
            return name;
        },
        cancellationToken);
}
