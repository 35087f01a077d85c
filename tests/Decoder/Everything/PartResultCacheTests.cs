using Segmentation.Decoder.Tests.Fakes;
using Segmentation.Grains;

namespace Segmentation.Decoder.Tests.Everything;

/// <summary>Searches of several gateways for the same: a silo does a part once.</summary>
public sealed class PartResultCacheTests
{
    private const int Timeout = 30_000;

    private static readonly Guid _first = new("00000000-0000-0000-0000-000000000001");
    private static readonly Guid _second = new("00000000-0000-0000-0000-000000000002");

    [Fact(Timeout = Timeout)]
    public async Task SearchAsync_SamePartAtOnce_IsDoneOnceForBoth()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var silo = new TestSilo();
        var key = silo.Store.Add(1);
        var first = silo.Search.SearchAsync(key, Part(_first, 0, 1), cancel);
        await silo.Engine.NextAsync();
        var second = silo.Search.SearchAsync(key, Part(_second, 0, 1), cancel);
        silo.Engine.Let(3);

        Assert.Equal((await first).Candidates, (await second).Candidates);
        Assert.Equal([0, 1], (await second).Candidates.Select(candidate => candidate.Point));
        Assert.Equal(["prepare 100", "find 0", "find 1"], silo.Engine.Runs);
    }

    [Fact(Timeout = Timeout)]
    public async Task SearchAsync_OneOfTwoGivesUp_TheOtherGoesOn()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var silo = new TestSilo();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var key = silo.Store.Add(1);
        var first = silo.Search.SearchAsync(key, Part(_first, 0, 1), source.Token);
        await silo.Engine.NextAsync();
        var second = silo.Search.SearchAsync(key, Part(_second, 0, 1), cancel);

        await source.CancelAsync();
        silo.Search.Leave(key, "plan", 0, _first);
        silo.Engine.Let(3);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(DecodeStatus.Ok, (await second).Status);
        Assert.Equal(["prepare 100", "find 0", "find 1"], silo.Engine.Runs);
    }

    [Fact(Timeout = Timeout)]
    public async Task SearchAsync_AllGiveUp_WhatRunsEndsAndNothingBegins()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var silo = new TestSilo();
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var key = silo.Store.Add(1);
        Task<PointsReply>[] both =
        [
            silo.Search.SearchAsync(key, Part(_first, 0, 1), source.Token),
            silo.Search.SearchAsync(key, Part(_second, 0, 1), source.Token),
        ];
        await silo.Engine.NextAsync();
        silo.Engine.Let(1);
        Assert.Equal("find 0", await silo.Engine.NextAsync());

        await source.CancelAsync();

        Assert.Equal("find 0", await silo.Engine.NextCancelledAsync());
        foreach (var one in both)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        }

        Assert.Equal(["prepare 100", "find 0"], silo.Engine.Runs);
    }

    [Fact(Timeout = Timeout)]
    public async Task SearchAsync_FoundBefore_IsGivenUntilTheLastSearchHasLeft()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var silo = new TestSilo(isHeld: false);
        var key = silo.Store.Add(1);
        var first = await silo.Search.SearchAsync(key, Part(_first, 0), cancel);
        var second = await silo.Search.SearchAsync(key, Part(_second, 0), cancel);
        Assert.True(silo.Shared.SizeBytes > 0);

        silo.Search.Leave(key, "plan", 0, _first);
        await silo.Search.SearchAsync(key, Part(_second, 0), cancel);
        Assert.Equal(["prepare 100", "find 0"], silo.Engine.Runs);
        silo.Search.Leave(key, "plan", 0, _second);
        Assert.Equal(0, silo.Shared.SizeBytes);
        await silo.Search.SearchAsync(key, Part(_second, 0), cancel);

        Assert.Equal(first.Candidates, second.Candidates);
        Assert.Equal(["prepare 100", "find 0", "find 0"], silo.Engine.Runs);
    }

    [Fact(Timeout = Timeout)]
    public async Task SearchAsync_GatewayEndedWithoutLeaving_IsGivenUpInTime()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var silo = new TestSilo(isHeld: false);
        var key = silo.Store.Add(1);
        await silo.Search.SearchAsync(key, Part(_first, 0), cancel);

        silo.Time.Advance(TimeSpan.FromMinutes(1));
        await silo.Search.SearchAsync(key, Part(_second, 0), cancel);

        Assert.Equal(["prepare 100", "find 0", "find 0"], silo.Engine.Runs);
    }

    [Fact(Timeout = Timeout)]
    public async Task Forget_Image_WhatWasFoundInItIsGoneAndInCropsIsNot()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var silo = new TestSilo(isHeld: false);
        var (whole, crop) = (silo.Store.Add(1), silo.Store.Add(2));
        await silo.Search.SearchAsync(whole, Part(_first, 0), cancel);
        await silo.Search.SearchAsync(crop, Part(_first, 5) with { Crop = 1 }, cancel);

        silo.Search.Forget(whole);
        silo.Search.Forget(crop);
        await silo.Search.SearchAsync(whole, Part(_second, 0), cancel);
        await silo.Search.SearchAsync(crop, Part(_second, 5) with { Crop = 1 }, cancel);

        Assert.Equal(
            ["find 0", "find 5", "find 0"],
            silo.Engine.Runs.Where(run => run.StartsWith("find", StringComparison.Ordinal)));
    }

    [Fact(Timeout = Timeout)]
    public async Task SearchAsync_OtherImagePlanCropOrPoints_IsDoneByItself()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var silo = new TestSilo(isHeld: false);
        var (key, other) = (silo.Store.Add(1), silo.Store.Add(2));
        var part = Part(_first, 0);

        await silo.Search.SearchAsync(key, part, cancel);
        await silo.Search.SearchAsync(other, part, cancel);
        await silo.Search.SearchAsync(key, part with { Plan = part.Plan with { Id = "other" } }, cancel);
        await silo.Search.SearchAsync(key, part with { Crop = 1 }, cancel);
        await silo.Search.SearchAsync(key, part with { Points = [0, 1] }, cancel);

        Assert.Equal(6, silo.Engine.Runs.Count(run => run.StartsWith("find", StringComparison.Ordinal)));
    }

    private static PointsRequest Part(Guid search, params int[] points) =>
        PointPartServiceTests.Request(points) with { Search = search };
}
