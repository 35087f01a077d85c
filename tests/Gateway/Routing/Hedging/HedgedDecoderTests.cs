using Segmentation.Gateway.Routing.Hedging;
using Segmentation.Grains;

namespace Segmentation.Gateway.Tests.Routing.Hedging;

public sealed class HedgedDecoderTests : IDisposable
{
    private readonly RoutingHarness _harness = new(silos: 2);

    public void Dispose() => _harness.Dispose();

    [Fact]
    public async Task Decode_AnswerInTime_OneSiloIsAsked()
    {
        var decoding = _harness.DecodeAsync();
        (await _harness.Gate.NextAsync()).Release();

        Assert.Equal(DecodeStatus.Ok, (await decoding)!.Status);
        Assert.Single(_harness.Grain.Requests);
    }

    [Fact]
    public async Task Decode_AnswerLate_AnotherSiloAnswersAndTheFirstIsCancelled()
    {
        var decoding = _harness.DecodeAsync();
        var first = await _harness.Gate.NextAsync();
        _harness.Time.Advance(LatencyTracker.Shortest);
        var second = await _harness.Gate.NextAsync();
        second.Release();

        Assert.Equal(DecodeStatus.Ok, (await decoding)!.Status);
        Assert.NotEqual(RoutingHarness.SiloOf(first), RoutingHarness.SiloOf(second));
        await first.Cancelled.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Decode_FirstAnswersAfterTheHedge_ItsAnswerCounts()
    {
        var decoding = _harness.DecodeAsync();
        var first = await _harness.Gate.NextAsync();
        _harness.Time.Advance(LatencyTracker.Shortest);
        var second = await _harness.Gate.NextAsync();
        first.Release();

        Assert.Equal(DecodeStatus.Ok, (await decoding)!.Status);
        await second.Cancelled.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Decode_SiloFails_TheOtherIsAskedAtOnce()
    {
        var decoding = _harness.DecodeAsync();
        var first = await _harness.Gate.NextAsync();
        first.Reply.SetException(new SiloUnavailableException("gone"));
        var second = await _harness.Gate.NextAsync();
        second.Release();

        Assert.Equal(DecodeStatus.Ok, (await decoding)!.Status);
        Assert.NotEqual(RoutingHarness.SiloOf(first), RoutingHarness.SiloOf(second));
    }

    [Fact]
    public async Task Decode_SiloLeavesTheCluster_WhatItHadIsAskedElsewhereAtOnce()
    {
        var decoding = _harness.DecodeAsync();
        var first = await _harness.Gate.NextAsync();
        _harness.Remove(RoutingHarness.SiloOf(first)!);
        (await _harness.Gate.NextAsync()).Release();

        Assert.Equal(DecodeStatus.Ok, (await decoding)!.Status);
    }

    [Theory]
    [InlineData(DecodeStatus.Overloaded)]
    [InlineData(DecodeStatus.ImageNotFound)]
    public async Task Decode_OneSiloRefuses_TheOtherAnswers(DecodeStatus refusal)
    {
        var decoding = _harness.DecodeAsync();
        (await _harness.Gate.NextAsync()).Reply.SetResult(new DecodeReply { Status = refusal });
        (await _harness.Gate.NextAsync()).Release();

        Assert.Equal(DecodeStatus.Ok, (await decoding)!.Status);
    }

    [Fact]
    public async Task Decode_OthersHaveNoImage_TheLateOneIsWaitedFor()
    {
        var decoding = _harness.DecodeAsync();
        var late = await _harness.Gate.NextAsync();
        _harness.Time.Advance(LatencyTracker.Shortest);
        for (var i = 1; i < _harness.Addresses.Length; i++)
        {
            (await _harness.Gate.NextAsync()).Reply.SetResult(new DecodeReply { Status = DecodeStatus.ImageNotFound });
        }

        _harness.Time.Advance(TimeSpan.FromSeconds(2));
        late.Release();

        Assert.Equal(DecodeStatus.Ok, (await decoding)!.Status);
    }

    [Fact]
    public async Task Decode_TheOtherSiloLacksTheMask_TheLateOneIsWaitedFor()
    {
        var decoding = _harness.DecodeAsync(Refinement, MaskReplayPlan.None);
        var late = await _harness.Gate.NextAsync();
        _harness.Time.Advance(LatencyTracker.Shortest);
        (await _harness.Gate.NextAsync()).Reply.SetResult(Lacks("first"));
        _harness.Time.Advance(TimeSpan.FromSeconds(2));
        late.Reply.SetResult(new DecodeReply { Status = DecodeStatus.Ok });

        Assert.Equal(DecodeStatus.Ok, (await decoding)!.Status);
    }

    [Fact]
    public async Task Decode_TheOtherSiloLacksTheMaskAndTheLateOneFails_TheRefusalIsTheAnswer()
    {
        var decoding = _harness.DecodeAsync(Refinement, MaskReplayPlan.None);
        var late = await _harness.Gate.NextAsync();
        _harness.Time.Advance(LatencyTracker.Shortest);
        (await _harness.Gate.NextAsync()).Reply.SetResult(Lacks("first"));
        late.Reply.SetException(new SiloUnavailableException("gone"));

        Assert.Equal("first", (await decoding)!.MissingMaskId);
    }

    [Fact]
    public async Task Decode_TheOtherSiloLacksTheMask_MakesItThereWhileTheLateOneWorks()
    {
        var making = new DecodeRequest { Prompts = [new PromptData { Points = [new PointData(7, 7, true)] }] };
        var decoding = _harness.DecodeAsync(Refinement, new(id => id == "first" ? making : null, 4));
        var late = await _harness.Gate.NextAsync();
        _harness.Time.Advance(LatencyTracker.Shortest);
        var other = await _harness.Gate.NextAsync();
        other.Reply.SetResult(Lacks("first"));
        var made = await _harness.Gate.NextAsync();
        made.Reply.SetResult(new DecodeReply { Status = DecodeStatus.Ok });
        var again = await _harness.Gate.NextAsync();
        again.Reply.SetResult(new DecodeReply { Status = DecodeStatus.Ok, MissingMaskId = "none" });

        Assert.Equal("none", (await decoding)!.MissingMaskId);
        Assert.Equal((7, 1), (made.X, again.X));
        Assert.All(
            [made, again], held => Assert.Equal(RoutingHarness.SiloOf(other), RoutingHarness.SiloOf(held)));
        await late.Cancelled.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Decode_MasksVanishAsTheyAreMade_EndsWithTheLastRefusal()
    {
        var decoding = _harness.DecodeAsync(Refinement, new(_ => RoutingHarness.Click, 4));
        for (var i = 0; i < 2; i++)
        {
            (await _harness.Gate.NextAsync()).Reply.SetResult(Lacks("first"));
            (await _harness.Gate.NextAsync()).Reply.SetResult(new DecodeReply { Status = DecodeStatus.Ok });
        }

        (await _harness.Gate.NextAsync()).Reply.SetResult(Lacks("first"));

        Assert.Equal(DecodeStatus.MaskNotFound, (await decoding)!.Status);
    }

    [Fact]
    public async Task Decode_AllSilosRefuse_TheRefusalIsTheAnswer()
    {
        var decoding = _harness.DecodeAsync();
        foreach (var _ in _harness.Addresses)
        {
            (await _harness.Gate.NextAsync()).Reply.SetResult(new DecodeReply { Status = DecodeStatus.ImageNotFound });
        }

        Assert.Equal(DecodeStatus.ImageNotFound, (await decoding)!.Status);
    }

    [Fact]
    public async Task Decode_AllSilosFail_TheNextMemberToAppearAnswers()
    {
        var decoding = _harness.DecodeAsync();
        foreach (var _ in _harness.Addresses)
        {
            (await _harness.Gate.NextAsync()).Reply.SetException(new SiloUnavailableException("gone"));
        }

        var fresh = SiloAddress.New(System.Net.IPAddress.Loopback, 2000, 9);
        _harness.Add(fresh);
        var held = await _harness.Gate.NextAsync();
        held.Release();

        Assert.Equal(fresh, RoutingHarness.SiloOf(held));
        Assert.Equal(DecodeStatus.Ok, (await decoding)!.Status);
    }

    [Fact]
    public async Task Decode_NoSiloInReach_TheNextToComeAnswers()
    {
        foreach (var silo in _harness.Addresses)
        {
            _harness.Remove(silo);
        }

        var decoding = _harness.DecodeAsync();
        _harness.Add(_harness.Addresses[0]);
        (await _harness.Gate.NextAsync()).Release();

        Assert.Equal(DecodeStatus.Ok, (await decoding)!.Status);
    }

    [Fact]
    public async Task Decode_NoSiloForTooLong_Null()
    {
        foreach (var silo in _harness.Addresses)
        {
            _harness.Remove(silo);
        }

        var decoding = _harness.DecodeAsync();
        _harness.Time.Advance(TimeSpan.FromSeconds(11));

        Assert.Null(await decoding);
    }

    [Fact]
    public async Task Decode_BudgetUsedUp_AnImageNotFoundIsStillSoughtElsewhere()
    {
        while (_harness.Budget.TrySpend())
        {
        }

        var decoding = _harness.DecodeAsync();
        (await _harness.Gate.NextAsync()).Reply.SetResult(new DecodeReply { Status = DecodeStatus.ImageNotFound });
        (await _harness.Gate.NextAsync()).Release();

        Assert.Equal(DecodeStatus.Ok, (await decoding)!.Status);
    }

    [Fact]
    public async Task Decode_SiloDrains_ItsReplyCountsAndTheNextPromptGoesElsewhere()
    {
        var decoding = _harness.DecodeAsync();
        var first = await _harness.Gate.NextAsync();
        first.Reply.SetResult(new DecodeReply { Status = DecodeStatus.Ok, Results = [[]], IsSiloDraining = true });
        Assert.True((await decoding)!.IsSiloDraining);

        decoding = _harness.DecodeAsync();
        var second = await _harness.Gate.NextAsync();
        second.Release();
        await decoding;
        Assert.NotEqual(RoutingHarness.SiloOf(first), RoutingHarness.SiloOf(second));
    }

    [Fact]
    public async Task Decode_SiloLostTwoRaces_IsAskedLast()
    {
        var slow = await LoseRaceAsync();
        Assert.Equal(slow, await LoseRaceAsync());

        var decoding = _harness.DecodeAsync();
        var held = await _harness.Gate.NextAsync();
        held.Release();
        await decoding;
        Assert.NotEqual(slow, RoutingHarness.SiloOf(held));
    }

    [Fact]
    public async Task Decode_CallerLeaves_AllAttemptsAreCancelled()
    {
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var decoding = _harness.DecodeAsync(caller.Token);
        var first = await _harness.Gate.NextAsync();
        _harness.Time.Advance(LatencyTracker.Shortest);
        var second = await _harness.Gate.NextAsync();
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => decoding);
        await first.Cancelled.Task.WaitAsync(TestContext.Current.CancellationToken);
        await second.Cancelled.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    private static DecodeRequest Refinement => RoutingHarness.Click with
    {
        Prompts = [RoutingHarness.Click.Prompts[0] with { MaskId = "first" }],
    };

    private static DecodeReply Lacks(string mask) =>
        new() { Status = DecodeStatus.MaskNotFound, MissingMaskId = mask };

    private async Task<SiloAddress?> LoseRaceAsync()
    {
        var decoding = _harness.DecodeAsync();
        var first = await _harness.Gate.NextAsync();
        _harness.Time.Advance(LatencyTracker.Shortest);
        (await _harness.Gate.NextAsync()).Release();
        await decoding;
        return RoutingHarness.SiloOf(first);
    }
}
