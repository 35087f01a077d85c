using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Segmentation.Projects.Hosting;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Segmenting;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Runs.Grains;

/// <summary>Runs done by the grains of a silo, which is this process.</summary>
public sealed class RunGrainTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task StartRun_SiloIsThere_AllPicturesAreDoneAndItsReminderEnds(DatabaseKind kind)
    {
        await using var bench = await RunBench.CreateAsync(kind, 20);
        var begun = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        bench.Model.Searching = (_, token) =>
        {
            begun.TrySetResult();
            return go.Task.WaitAsync(token);
        };
        await using var server = await ServerAsync(bench);
        var client = new RunService.RunServiceClient(server.As("ann"));

        var run = await client.StartRunAsync(
            new() { Project = $"{bench.Project}", Stage = RunStage.Automatic, Preset = "fast" }, cancellationToken: Cancel);
        await begun.Task.WaitAsync(Cancel);
        await UntilAsync(async () => await RemindersAsync(bench) == 1);
        go.SetResult();
        await UntilAsync(async () => (await bench.FindAsync(run.Id)).State == RunState.Done);

        Assert.Equal((20L, 40L), (await bench.FindAsync(run.Id)) is var ended ? (ended.DoneCount, ended.MaskCount) : default);
        Assert.Equal(40, (await bench.AnnotationsAsync()).Count);
        await UntilAsync(async () => await RemindersAsync(bench) == 0);
    }

    [Fact]
    public async Task ControlRun_PauseWhileSearching_EndsTheSearchesAndResumeGoesOn()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 4);
        var searching = 0;
        var isSlow = true;
        bench.Model.Searching = async (_, token) =>
        {
            Interlocked.Increment(ref searching);
            try
            {
                await Task.Delay(isSlow ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, token);
            }
            finally
            {
                Interlocked.Decrement(ref searching);
            }
        };
        await using var server = await ServerAsync(bench);
        var client = new RunService.RunServiceClient(server.As("ann"));
        var run = await client.StartRunAsync(
            new() { Project = $"{bench.Project}", Stage = RunStage.Automatic, Preset = "fast" }, cancellationToken: Cancel);
        await UntilAsync(() => Task.FromResult(Volatile.Read(ref searching) == bench.Settings.Value.Parallel));

        await ControlAsync(RunControl.Pause);
        await UntilAsync(async () => Volatile.Read(ref searching) == 0
            && (await bench.RunPicturesAsync(run.Id)).All(row => row.State == RunPictureState.Waiting));
        Assert.All(await bench.RunPicturesAsync(run.Id), row => Assert.Equal(0, row.Attempts));
        isSlow = false;
        await ControlAsync(RunControl.Resume);
        await UntilAsync(async () => (await bench.FindAsync(run.Id)).State == RunState.Done);

        Assert.Equal(8, (await bench.AnnotationsAsync()).Count);

        Task ControlAsync(RunControl control) => client.ControlRunAsync(
            new() { Project = $"{bench.Project}", Run = run.Id, Control = control }, cancellationToken: Cancel).ResponseAsync;
    }

    [Fact]
    public async Task RunScan_RunWasAtWorkBeforeTheProcessStarted_GoesOn()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 3);
        var run = await bench.StartAsync();

        await using var server = await ServerAsync(bench);
        await UntilAsync(async () => (await bench.FindAsync(run.Id)).State == RunState.Done);

        Assert.Equal(6, (await bench.AnnotationsAsync()).Count);
    }

    private static Task<int> RemindersAsync(RunBench bench) => bench.Record.Factory.ReadAsync(
        (db, token) => db.Reminders.CountAsync(token), Cancel);

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await holds())
        {
            await timer.WaitForNextTickAsync(Cancel);
        }
    }

    private static async Task<ProjectsServer> ServerAsync(RunBench bench)
    {
        await bench.Record.Factory.WriteAsync(
            (db, _) =>
            {
                db.Members.Add(new MemberRow { ProjectId = bench.Project, Subject = "ann", Role = Role.Manager });
                return Task.CompletedTask;
            },
            Cancel);
        return await ProjectsServer.StartAsync(bench.Record, builder =>
        {
            builder.Services.AddSingleton<IObjectStore>(bench.Objects).AddSingleton<IImageModel>(bench.Model);
            builder.Host.UseOrleans(silo => silo
                .UseLocalhostClustering(siloPort: FreePort(), gatewayPort: 0).AddProjectGrains());
        });
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
