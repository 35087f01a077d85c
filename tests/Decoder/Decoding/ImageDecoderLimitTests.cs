using Segmentation.Common;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Tests.Fakes;
using Segmentation.Grains;
using Segmentation.Masks;

namespace Segmentation.Decoder.Tests.Decoding;

/// <summary>Prompts whose time is over, that are cancelled, or that find no room.</summary>
public sealed class ImageDecoderLimitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DecodeAsync_TimeOverWhileItWaits_ExpiresBeforeTheRunningWorkIsDone()
    {
        await using var silo = new TestSilo();
        var key = silo.Store.Add(1);
        var running = silo.Decoder.DecodeAsync(key, new() { Prompts = [Click(1)] }, Cancel);
        await silo.Engine.NextAsync();
        silo.Engine.Let(1);
        await silo.Engine.NextAsync();
        var left = TimeSpan.FromMilliseconds(100);
        var waiting = silo.Decoder.DecodeAsync(key, new() { Prompts = [Click(2)], TimeLeft = left }, Cancel);

        silo.Time.Advance(left);

        Assert.Equal(DecodeStatus.Expired, (await waiting).Status);
        Assert.False(running.IsCompleted);
        silo.Engine.Let(1);
        Assert.Equal(DecodeStatus.Ok, (await running).Status);
        Assert.Equal(["prepare 100", "segment 1"], silo.Engine.Runs);
    }

    [Fact]
    public async Task DecodeAsync_NoTimeLeft_ExpiresWithoutARead()
    {
        await using var silo = new TestSilo(isHeld: false);
        var request = new DecodeRequest { Prompts = [Click(2)], TimeLeft = TimeSpan.Zero };
        Assert.Equal(DecodeStatus.Expired, (await silo.Decoder.DecodeAsync(silo.Store.Add(1), request, Cancel)).Status);
        Assert.Equal(0, silo.Store.Reads);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1e9)]
    public async Task DecodeAsync_TimeEnough_IsAnswered(double seconds)
    {
        await using var silo = new TestSilo(isHeld: false);
        var request = new DecodeRequest { Prompts = [Click(2)], TimeLeft = TimeSpan.FromSeconds(seconds) };
        Assert.Equal(DecodeStatus.Ok, (await silo.Decoder.DecodeAsync(silo.Store.Add(1), request, Cancel)).Status);
    }

    [Fact]
    public async Task DecodeAsync_Cancelled_ThrowsAndNeverRuns()
    {
        await using var silo = new TestSilo();
        using var givesUp = new CancellationTokenSource();
        var key = silo.Store.Add(1);
        var call = silo.Decoder.DecodeAsync(
            key, new() { Prompts = [Click(2)], TimeLeft = TimeSpan.FromHours(1) }, givesUp.Token);
        await silo.Engine.NextAsync();
        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(["prepare 100"], silo.Engine.Runs);
    }

    [Fact]
    public async Task DecodeAsync_FullLane_SaysWhenToTryAgain()
    {
        await using var silo = new TestSilo(new DecoderOptions { Workers = 1, MaxQueueLength = 1 });
        var key = silo.Store.Add(1);
        var running = silo.Decoder.DecodeAsync(key, new() { Prompts = [Click(1)] }, Cancel);
        await silo.Engine.NextAsync();
        silo.Engine.Let(1);
        await silo.Engine.NextAsync();
        var waiting = silo.Decoder.DecodeAsync(key, new() { Prompts = [Click(2)] }, Cancel);

        var refused = await silo.Decoder.DecodeAsync(key, new() { Prompts = [Click(3)] }, Cancel);

        Assert.Equal(DecodeStatus.Overloaded, refused.Status);
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        silo.Engine.Let(2);
        Assert.All(await Task.WhenAll(running, waiting), reply => Assert.Equal(DecodeStatus.Ok, reply.Status));
    }

    [Theory]
    [InlineData(MaskForms.None, 2)]
    [InlineData(MaskForms.Png, 8)]
    public async Task DecodeAsync_BulkWithFormsOfALargeImage_ManyShortPieces(MaskForms forms, int pieces)
    {
        await using var silo = new TestSilo(isHeld: false);
        var key = silo.Store.Add(1, width: 10_000_000);
        PromptData[] prompts = [.. Enumerable.Range(1, 8).Select(x => Click(x))];

        var reply = await silo.Decoder.DecodeAsync(
            key, new() { Prompts = prompts, Forms = forms, Lane = Lane.Batch }, Cancel);

        Assert.Equal([3u, 4, 5, 6, 7, 8, 9, 10], reply.Results.Select(masks => masks[0].Area));
        Assert.Equal(pieces, silo.Engine.Runs.Count(run => run.StartsWith("segment", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task DecodeAsync_TheDeadlineCannotBeMet_IsRefusedAtOnce()
    {
        await using var silo = new TestSilo();
        var key = silo.Store.Add(1);
        PromptData[] many = [.. Enumerable.Range(1, 100).Select(x => Click(x))];
        var running = silo.Decoder.DecodeAsync(key, new() { Prompts = many }, Cancel);
        await silo.Engine.NextAsync();
        silo.Engine.Let(1);
        await silo.Engine.NextAsync();

        // 99 prompts wait, for 20 ms each before anything was measured.
        var request = new DecodeRequest { Prompts = [Click(2)], TimeLeft = TimeSpan.FromSeconds(1) };
        var reply = await silo.Decoder.DecodeAsync(key, request, Cancel);

        Assert.Equal(DecodeStatus.Overloaded, reply.Status);
        Assert.InRange(reply.RetryAfter, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2));
        silo.Engine.Let(100);
        Assert.Equal(DecodeStatus.Ok, (await running).Status);
    }

    private static PromptData Click(float x) => new() { Points = [new(x, 3, true)] };
}
