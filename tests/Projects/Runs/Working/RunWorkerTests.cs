using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Projects.Runs.Working;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;
using Segmentation.ServiceDefaults.Errors;
using Segmentation.Tests.Shared;

namespace Segmentation.Projects.Tests.Runs.Working;

/// <summary>Workers that do the pictures of runs.</summary>
public sealed class RunWorkerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task RunAsync_WorkersAreKilledAtRandom_EveryPictureOnceAndNoMaskTwice(DatabaseKind kind)
    {
        const int Pictures = 60;
        var random = new Random(7);
        var options = new RunsOptions { ClaimTime = TimeSpan.FromSeconds(1), MaxAttempts = 100 };
        await using var bench = await RunBench.CreateAsync(kind, Pictures, options: options);
        var run = await bench.StartAsync();
        var kills = 0;

        // Processes one after the other, each of which dies somewhere in its work.
        async Task LiveAsync(int seed)
        {
            var chance = new Random(seed);
            while (!await bench.States.FinishAsync(run.Id, Cancel) && (await bench.FindAsync(run.Id)).State == RunState.Running)
            {
                using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
                var databases = new MortalRecord(bench.Record.OpenAnother(), chance.Next(3, 40), end);
                await bench.Worker(databases).RunAsync(RunBench.Tenant, $"{Guid.NewGuid():N}", end.Token);
                kills += end.IsCancellationRequested ? 1 : 0;
            }
        }

        await Task.WhenAll(LiveAsync(random.Next()), LiveAsync(random.Next()), LiveAsync(random.Next()));

        var ended = await bench.FindAsync(run.Id);
        Assert.Equal(
            (RunState.Done, Pictures, 0L, 2L * Pictures),
            (ended.State, (int)ended.DoneCount, ended.FailedCount, ended.MaskCount));
        var masks = await bench.AnnotationsAsync();
        Assert.Equal(bench.Pictures.SelectMany(id => new[] { id, id }), masks.Select(row => row.PictureId));
        Assert.True(kills > 0, "No worker was killed.");
        Assert.True(bench.Model.Begun.Values.Sum() > Pictures, "No picture was begun twice.");
    }

    [Fact]
    public async Task RunAsync_ServerIsBusy_WaitsAndSaysSoAndCountsNoAttempt()
    {
        var clock = new FakeTimeProvider();
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 1, clock);
        var asked = new ConcurrentQueue<TaskCompletionSource>([new(), new(), new(), new(), new()]);
        var seen = asked.ToArray();
        bench.Model.Searching = (_, _) =>
        {
            Assert.True(asked.TryDequeue(out var one));
            one.SetResult();
            return asked.IsEmpty ? Task.CompletedTask : throw ErrorStatus.Of(
                StatusCode.ResourceExhausted,
                "QUOTA_EXCEEDED",
                "Too much.",
                new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(2)) }).ToRpcException();
        };
        var run = await bench.StartAsync();

        var work = bench.WorkAsync();
        foreach (var one in seen)
        {
            await AdvanceUntilAsync(clock, one.Task);
        }

        await work;
        var picture = Assert.Single(await bench.RunPicturesAsync(run.Id));
        Assert.Equal((RunPictureState.Done, 1), (picture.State, picture.Attempts));
        Assert.Equal("", (await bench.FindAsync(run.Id)).Reason);
    }

    [Fact]
    public async Task RunAsync_PictureFailsThreeTimes_HasFailedWithItsReasonAndOthersAreDone()
    {
        var clock = new FakeTimeProvider();
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 3, clock);
        bench.Model.Searching = (number, _) => number == 1
            ? throw ErrorStatus.Of(StatusCode.Internal, "INTERNAL", "Too odd.").ToRpcException()
            : Task.CompletedTask;
        var run = await bench.StartAsync();

        for (var round = 0; round < 3; round++)
        {
            await bench.WorkAsync();
            clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.True(await bench.States.FinishAsync(run.Id, Cancel));
        var error = Assert.Single(await bench.Runs.ListErrorsAsync(run.Id, 0, 10, Cancel));
        Assert.Equal(("1.png", "Internal: Too odd."), (error.Name, error.Reason));
        Assert.Equal(3, bench.Model.Begun[1]);
        Assert.Equal((2, 1), ((await bench.FindAsync(run.Id)).DoneCount, (await bench.FindAsync(run.Id)).FailedCount));
    }

    [Fact]
    public async Task RunAsync_OptionsAreRefused_RunHasFailedAndNoPicture()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 3);
        bench.Model.Searching = (_, _) => throw ErrorStatus.Of(
            StatusCode.InvalidArgument,
            "INVALID_FIELD",
            "Too many crops.",
            new BadRequest
            {
                FieldViolations = { new BadRequest.Types.FieldViolation { Field = "options.crop_n_layers" } },
            }).ToRpcException();
        var run = await bench.StartAsync();

        await bench.WorkAsync();

        var failed = await bench.FindAsync(run.Id);
        Assert.Equal(
            (RunState.Failed, 0L, "InvalidArgument: Too many crops."), (failed.State, failed.FailedCount, failed.Reason));
        Assert.All(await bench.RunPicturesAsync(run.Id), row => Assert.Equal(RunPictureState.Waiting, row.State));
    }

    [Fact]
    public async Task RunAsync_ModelIsReplacedDuringTheRun_RunHasFailedBeforeMasksOfTwoModels()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 3);
        var run = await bench.StartAsync();
        bench.Model.Searching = (_, _) =>
        {
            bench.Model.Digest = bench.Model.Begun.Count == 1 ? "d1" : "d2";
            return Task.CompletedTask;
        };

        await bench.WorkAsync();

        var failed = await bench.FindAsync(run.Id);
        Assert.Equal((RunState.Failed, "mini", "d1", 1L), (failed.State, failed.Model, failed.ModelDigest, failed.DoneCount));
        Assert.Contains("another digest", failed.Reason, StringComparison.Ordinal);
        Assert.Equal(2, (await bench.AnnotationsAsync()).Count);
    }

    [Fact]
    public async Task Stop_SearchIsUnderWay_EndsAndThePictureWaitsUncounted()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 1);
        var begun = new TaskCompletionSource();
        bench.Model.Searching = (_, token) =>
        {
            begun.SetResult();
            return Task.Delay(Timeout.Infinite, token);
        };
        var run = await bench.StartAsync();
        var worker = bench.Worker();
        var work = worker.RunAsync(RunBench.Tenant, "owner", Cancel);
        await begun.Task.WaitAsync(Cancel);

        await bench.Runs.ControlAsync(bench.Project, run.Id, RunControl.Pause, Cancel);
        worker.Stop(run.Id);
        await work;

        var picture = Assert.Single(await bench.RunPicturesAsync(run.Id));
        Assert.Equal((RunPictureState.Waiting, 0, ""), (picture.State, picture.Attempts, picture.Owner));
        Assert.Empty(await bench.AnnotationsAsync());
    }

    [Fact]
    public async Task RunAsync_RunIsCancelledElsewhere_SearchEndsWithTheNextRenewal()
    {
        var options = new RunsOptions { ClaimTime = TimeSpan.FromSeconds(1) };
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 1, options: options);
        var begun = new TaskCompletionSource();
        bench.Model.Searching = (_, token) =>
        {
            begun.SetResult();
            return Task.Delay(Timeout.Infinite, token);
        };
        var run = await bench.StartAsync();
        var work = bench.WorkAsync();
        await begun.Task.WaitAsync(Cancel);

        await bench.Runs.ControlAsync(bench.Project, run.Id, RunControl.Cancel, Cancel);

        await work.WaitAsync(Patience.Longest, Cancel);
        Assert.Empty(await bench.AnnotationsAsync());
    }

    private static async Task AdvanceUntilAsync(FakeTimeProvider clock, Task happened)
    {
        while (!happened.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(happened, Task.Delay(1, Cancel));
        }

        await happened;
    }

    /// <summary>
    /// The record as a process has it that dies after some pieces of work: it says nothing any more, to nobody.
    /// </summary>
    private sealed class MortalRecord(IProjectsDbFactory record, int life, CancellationTokenSource end) : IProjectsDbFactory
    {
        private int _left = life;

        public bool IsSqlite => record.IsSqlite;

        public SemaphoreSlim? WriterTurn => record.WriterTurn;

        public ProjectsDb Open()
        {
            if (Interlocked.Decrement(ref _left) >= 0)
            {
                return record.Open();
            }

            end.Cancel();
            throw new OperationCanceledException("The process is dead.");
        }
    }
}
