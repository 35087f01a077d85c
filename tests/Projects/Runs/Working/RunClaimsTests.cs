using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Segmentation.Projects.Runs.Working;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Runs.Working;

/// <summary>Claims of several workers on the pictures of one run.</summary>
public sealed class RunClaimsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task ClaimAsync_FourOwnersAtOnce_EachPictureIsOneOwners(DatabaseKind kind)
    {
        await using var bench = await RunBench.CreateAsync(kind, 40);
        var run = await bench.StartAsync();
        var claimed = new ConcurrentBag<long>();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async owner =>
        {
            var claims = bench.Claims(bench.Record.OpenAnother());
            while (await claims.ClaimAsync(run.Id, $"owner {owner}", Cancel) is { } claim)
            {
                claimed.Add(claim.Picture);
            }
        }));

        Assert.Equal(bench.Pictures, claimed.Order());
    }

    [Theory]
    [OnBothDatabases]
    public async Task ClaimAsync_ClaimHasEnded_IsAnothersAndTheFirstOwnerIsTold(DatabaseKind kind)
    {
        var clock = new FakeTimeProvider();
        await using var bench = await RunBench.CreateAsync(kind, 1, clock);
        var run = await bench.StartAsync();
        var claims = bench.Claims();
        var first = (await claims.ClaimAsync(run.Id, "first", Cancel))!;

        clock.Advance(bench.Settings.Value.ClaimTime / 2);
        Assert.Equal(ClaimStanding.Held, await claims.RenewAsync(first, Cancel));
        clock.Advance(bench.Settings.Value.ClaimTime / 2);
        Assert.Null(await claims.ClaimAsync(run.Id, "second", Cancel));
        clock.Advance(bench.Settings.Value.ClaimTime);
        var second = await claims.ClaimAsync(run.Id, "second", Cancel);

        Assert.Equal(new RunClaim(run.Id, bench.Pictures[0], "second", 2), second);
        Assert.Equal(ClaimStanding.Lost, await claims.RenewAsync(first, Cancel));
        await claims.FailAsync(first, "late", Cancel);
        await claims.PutBackAsync(first, false, "late", null, Cancel);
        Assert.Equal(ClaimStanding.Held, await claims.RenewAsync(second!, Cancel));
        Assert.Equal(0, (await bench.FindAsync(run.Id)).FailedCount);
    }

    [Theory]
    [OnBothDatabases]
    public async Task ClaimAsync_ItsProcessDiedThreeTimes_PictureHasFailed(DatabaseKind kind)
    {
        var clock = new FakeTimeProvider();
        await using var bench = await RunBench.CreateAsync(kind, 1, clock);
        var run = await bench.StartAsync();
        var claims = bench.Claims();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            Assert.Equal(attempt, (await claims.ClaimAsync(run.Id, $"owner {attempt}", Cancel))!.Attempt);
            clock.Advance(bench.Settings.Value.ClaimTime * 2);
        }

        Assert.Null(await claims.ClaimAsync(run.Id, "owner 4", Cancel));

        var picture = Assert.Single(await bench.RunPicturesAsync(run.Id));
        Assert.Equal(RunPictureState.Failed, picture.State);
        Assert.Contains("3 times", picture.Reason, StringComparison.Ordinal);
        Assert.Equal(1, (await bench.FindAsync(run.Id)).FailedCount);
    }

    [Theory]
    [OnBothDatabases]
    public async Task PutBackAsync_NotBeforeATime_IsClaimedOnlyThen(DatabaseKind kind)
    {
        var clock = new FakeTimeProvider();
        await using var bench = await RunBench.CreateAsync(kind, 1, clock);
        var run = await bench.StartAsync();
        var claims = bench.Claims();
        var claim = (await claims.ClaimAsync(run.Id, "owner", Cancel))!;

        await claims.PutBackAsync(claim, isCounted: true, "busy", clock.GetUtcNow() + TimeSpan.FromSeconds(4), Cancel);

        Assert.Null(await claims.ClaimAsync(run.Id, "owner", Cancel));
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(2, (await claims.ClaimAsync(run.Id, "owner", Cancel))!.Attempt);
    }

    [Theory]
    [OnBothDatabases]
    public async Task RenewAsync_RunIsPaused_SaysSo(DatabaseKind kind)
    {
        await using var bench = await RunBench.CreateAsync(kind, 1);
        var run = await bench.StartAsync();
        var claims = bench.Claims();
        var claim = (await claims.ClaimAsync(run.Id, "owner", Cancel))!;

        await bench.Runs.ControlAsync(bench.Project, run.Id, RunControl.Pause, Cancel);

        Assert.Equal(ClaimStanding.RunStopped, await claims.RenewAsync(claim, Cancel));
        Assert.Null(await claims.NextRunAsync(RunBench.Tenant, 0, Cancel));
    }

    [Fact]
    public async Task NextRunAsync_SeveralRuns_TakeTurns()
    {
        await using var bench = await RunBench.CreateAsync(DatabaseKind.Sqlite, 1);
        var (first, second) = (await bench.StartAsync(), await bench.StartAsync());
        var claims = bench.Claims();

        Assert.Equal(first.Id, (await claims.NextRunAsync(RunBench.Tenant, 0, Cancel))!.Id);
        Assert.Equal(second.Id, (await claims.NextRunAsync(RunBench.Tenant, first.Id, Cancel))!.Id);
        Assert.Equal(first.Id, (await claims.NextRunAsync(RunBench.Tenant, second.Id, Cancel))!.Id);
        Assert.Null(await claims.NextRunAsync("other", 0, Cancel));
    }

    [Theory]
    [OnBothDatabases]
    public async Task DropAsync_PictureWasExcluded_RunHasOneLess(DatabaseKind kind)
    {
        await using var bench = await RunBench.CreateAsync(kind, 2);
        var run = await bench.StartAsync();
        await bench.Record.Factory.WriteAsync(
            (db, token) => db.Pictures.Where(row => row.Id == bench.Pictures[0]).ExecuteUpdateAsync(
                row => row.SetProperty(one => one.ExcludedReason, "blurred"), token),
            Cancel);

        await bench.WorkAsync();

        Assert.True(await bench.States.FinishAsync(run.Id, Cancel));
        var ended = await bench.FindAsync(run.Id);
        Assert.Equal((1, 1, 0), (ended.PictureCount, ended.DoneCount, ended.FailedCount));
        Assert.All(await bench.AnnotationsAsync(), row => Assert.Equal(bench.Pictures[1], row.PictureId));
    }
}
