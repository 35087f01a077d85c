using System.Runtime.InteropServices;
using Segmentation.Common;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Tests.Fakes;
using Segmentation.Embeddings;
using Segmentation.Grains;
using Segmentation.Masks;

namespace Segmentation.Decoder.Tests.Decoding;

public sealed class ImageDecoderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DecodeAsync_Prompts_AreAnsweredInOrder()
    {
        await using var silo = new TestSilo(isHeld: false);
        var key = silo.Store.Add(1, width: 60);

        var reply = await silo.Decoder.DecodeAsync(key, new() { Prompts = [Click(5), Box(), Click(7)] }, Cancel);

        Assert.Equal(DecodeStatus.Ok, reply.Status);
        Assert.Equal([3, 1, 3], reply.Results.Select(masks => masks.Length));
        Assert.Equal([7, 6, 8], reply.Results[0].Select(mask => mask.Area));
        Assert.Equal(9, reply.Results[2][0].Area);
        var mask = reply.Results[1][0];
        Assert.Equal((10, 60), (mask.Height, mask.Width));
        Assert.Equal((1, 2, 3, 4), (mask.BoxX, mask.BoxY, mask.BoxWidth, mask.BoxHeight));
        Assert.Equal((0.9f, 0.8f), (mask.PredictedIou, mask.StabilityScore));
        Assert.NotEmpty(mask.Counts);
        Assert.Null(mask.Png);
        Assert.Null(mask.Polygons);
        Assert.Null(mask.Logits);
        Assert.Equal(7, reply.Results.SelectMany(masks => masks).Select(m => m.Id).Distinct().Count());
    }

    [Fact]
    public async Task DecodeAsync_FormsAskedFor_AreMade()
    {
        await using var silo = new TestSilo(isHeld: false);
        var forms = MaskForms.Png | MaskForms.Polygons | MaskForms.Logits;
        var request = new DecodeRequest { Prompts = [Click(5)], MaskCount = MaskCount.One, Forms = forms };

        var mask = (await silo.Decoder.DecodeAsync(silo.Store.Add(1), request, Cancel)).Results[0][0];

        Assert.Equal([1, 2, 3], mask.Png!);
        Assert.Equal([0, 0, 1, 1], mask.Polygons![0].Coordinates);
        Assert.True(mask.Polygons[0].IsHole);
        Assert.Equal(256 * 256 * 4, mask.Logits!.Length);
        Assert.Equal(5, MemoryMarshal.Cast<byte, float>(mask.Logits)[0]);
        Assert.Equal(0, silo.Logits.SizeBytes);
    }

    [Fact]
    public async Task DecodeAsync_MaskOfARefinableAnswer_IsItsLogits()
    {
        await using var silo = new TestSilo(isHeld: false);
        var key = silo.Store.Add(1);
        var first = await silo.Decoder.DecodeAsync(key, new() { Prompts = [Click(100)], Refinable = true }, Cancel);
        Assert.All(first.Results[0], mask => Assert.Null(mask.Logits));

        // The fake adds the mask's logits (100 + token) to the point's x.
        foreach (var (mask, token) in first.Results[0].Zip([2, 1, 3]))
        {
            var prompt = Click(5) with { MaskId = mask.Id };
            var second = await silo.Decoder.DecodeAsync(key, new() { Prompts = [prompt] }, Cancel);
            Assert.Equal(105 + token, Assert.Single(second.Results[0]).Area);
        }
    }

    [Fact]
    public async Task DecodeAsync_ALongRefinement_SendsAndHoldsNoMoreThanAShortOne()
    {
        const long One = 256 * 256 * sizeof(float);
        await using var silo = new TestSilo(new DecoderOptions { Workers = 1, MaskLogitBytes = One }, isHeld: false);
        var key = silo.Store.Add(1);
        string? id = null;
        for (var step = 1; step <= 20; step++)
        {
            // Every step adds its point's x to the logits of the step before.
            var prompt = Click(3) with { MaskId = id };
            var request = new DecodeRequest { Prompts = [prompt], MaskCount = MaskCount.One, Refinable = true };
            var reply = await silo.Decoder.DecodeAsync(key, request, Cancel);
            Assert.Equal(3 * step, reply.Results[0][0].Area);
            Assert.Equal(One, silo.Logits.SizeBytes);
            id = reply.Results[0][0].Id;
            Assert.Equal(22, id.Length);
        }
    }

    [Fact]
    public async Task DecodeAsync_LogitsOfThePrompt_AreUsed()
    {
        await using var silo = new TestSilo(isHeld: false);
        var logits = new float[256 * 256];
        logits[0] = 50;
        var prompt = new PromptData { MaskLogits = MemoryMarshal.AsBytes(logits.AsSpan()).ToArray() };

        var reply = await silo.Decoder.DecodeAsync(silo.Store.Add(1), new() { Prompts = [prompt] }, Cancel);

        Assert.Equal(50, Assert.Single(reply.Results[0]).Area);
    }

    [Fact]
    public async Task DecodeAsync_MaskNotHeld_NamesItAndDecodesNothing()
    {
        await using var silo = new TestSilo(isHeld: false);
        var request = new DecodeRequest { Prompts = [Click(1), Click(5) with { MaskId = "unknown" }] };

        var reply = await silo.Decoder.DecodeAsync(silo.Store.Add(1), request, Cancel);

        Assert.Equal(DecodeStatus.MaskNotFound, reply.Status);
        Assert.Equal("unknown", reply.MissingMaskId);
        Assert.Empty(silo.Engine.Runs);
    }

    [Fact]
    public async Task DecodeAsync_MaskOfAnotherImage_IsNotFound()
    {
        await using var silo = new TestSilo(isHeld: false);
        var first = await silo.Decoder.DecodeAsync(
            silo.Store.Add(1), new() { Prompts = [Click(1)], Refinable = true }, Cancel);
        var prompt = Click(5) with { MaskId = first.Results[0][0].Id };

        var reply = await silo.Decoder.DecodeAsync(silo.Store.Add(2), new() { Prompts = [prompt] }, Cancel);

        Assert.Equal(DecodeStatus.MaskNotFound, reply.Status);
    }

    [Fact]
    public async Task DecodeAsync_NextImage_SeesNothingOfTheLast()
    {
        await using var silo = new TestSilo(isHeld: false);
        var request = new DecodeRequest { Prompts = [Click(5)], Refinable = true };
        var first = silo.Store.Add(1, width: 60);
        var second = silo.Store.Add(2, width: 30);

        var before = await silo.Decoder.DecodeAsync(first, request, Cancel);
        var other = await silo.Decoder.DecodeAsync(second, request, Cancel);
        var after = await silo.Decoder.DecodeAsync(first, request, Cancel);

        Assert.Equal((60, 30), (before.Results[0][0].Width, other.Results[0][0].Width));
        Assert.Equal(before.Results[0].Select(m => (m.Id, m.Counts)), after.Results[0].Select(m => (m.Id, m.Counts)));
        Assert.Empty(before.Results[0].Select(m => m.Id).Intersect(other.Results[0].Select(m => m.Id)));
    }

    [Fact]
    public async Task DecodeAsync_ImageGivenUpWhileItIsDecoded_IsAnswered()
    {
        await using var silo = new TestSilo();
        var key = silo.Store.Add(1);
        var call = silo.Decoder.DecodeAsync(key, new() { Prompts = [Click(5)] }, Cancel);
        await silo.Engine.NextAsync();
        silo.Engine.Let(1);
        await silo.Engine.NextAsync();
        silo.Decoder.Forget(key);
        silo.Engine.Let(1);

        Assert.Equal(DecodeStatus.Ok, (await call).Status);
        Assert.Equal(0, silo.Images.SizeBytes);
    }

    [Fact]
    public async Task DecodeAsync_NotInTheStore_IsNotFound()
    {
        await using var silo = new TestSilo(isHeld: false);
        var reply = await silo.Decoder.DecodeAsync(FakeStore.Key(1), new() { Prompts = [Click(5)] }, Cancel);
        Assert.Equal(DecodeStatus.ImageNotFound, reply.Status);
    }

    [Fact]
    public async Task DecodeAsync_KeyOfAnotherModel_IsNotFoundWithoutARead()
    {
        await using var silo = new TestSilo(isHeld: false);
        var other = TestSilo.Model with { Digest = new string('b', 64) };
        var key = EmbeddingKey.Create("default", other, new string('0', 64));
        var reply = await silo.Decoder.DecodeAsync(key, new() { Prompts = [Click(5)] }, Cancel);
        Assert.Equal(DecodeStatus.ImageNotFound, reply.Status);
        Assert.Equal(0, silo.Store.Reads);
    }

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

    [Fact]
    public async Task Forget_AnImage_ForgetsItsMasks()
    {
        await using var silo = new TestSilo(isHeld: false);
        var key = silo.Store.Add(1);
        var first = await silo.Decoder.DecodeAsync(key, new() { Prompts = [Click(1)], Refinable = true }, Cancel);
        silo.Decoder.Forget(key);

        var prompt = Click(5) with { MaskId = first.Results[0][0].Id };
        var reply = await silo.Decoder.DecodeAsync(key, new() { Prompts = [prompt] }, Cancel);

        Assert.Equal(DecodeStatus.MaskNotFound, reply.Status);
        Assert.Equal(0, silo.Logits.SizeBytes);
    }

    private static PromptData Click(float x) => new() { Points = [new(x, 3, true)] };

    private static PromptData Box() => new() { Box = new(1, 2, 3, 4) };
}
