using Microsoft.Extensions.Time.Testing;
using Segmentation.Embeddings;
using Segmentation.Encoder.Queue;

namespace Segmentation.Encoder.Tests.Admission;

public sealed class EncodeServiceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EncodeAsync_AnImage_IsStoredBeforeTheReply()
    {
        await using var tier = await EncoderFixture.StartAsync();
        tier.Pipeline.Let(1);

        var reply = await tier.Encode(1, cancellationToken: Cancel);

        Assert.Equal(EncodeStatus.Encoded, reply.Status);
        Assert.Equal(new EmbeddingInfo(1024, 1, 2, "image/png"), reply.Info);
        Assert.True(reply.EncodeTime > TimeSpan.Zero);
        var stored = await tier.Store.GetAsync(EncoderFixture.Key(1), Cancel);
        Assert.Null(reply.Embedding);
        Assert.Equal(reply.Info, stored!.Info);
        var values = new float[Embedding.Length];
        stored.CopyTo(values);
        Assert.All(values, value => Assert.Equal(0.5f, value));
    }

    [Fact]
    public async Task EncodeAsync_StoreTakesNothing_TheReplyCarriesTheEmbedding()
    {
        await using var tier = await EncoderFixture.StartAsync(storeBytes: 0);
        tier.Pipeline.Let(1);

        var reply = await tier.Encode(1, cancellationToken: Cancel);

        Assert.Equal(EncodeStatus.Encoded, reply.Status);
        Assert.Equal(reply.Info, reply.Embedding!.Info);
        Assert.Null(await tier.Store.GetInfoAsync(EncoderFixture.Key(1), Cancel));
    }

    [Fact]
    public async Task EncodeAsync_HeldAlready_IsNeverDecoded()
    {
        await using var tier = await EncoderFixture.StartAsync();
        var info = new EmbeddingInfo(3, 4, 5, "image/jpeg");
        var held = Embedding.FromSingle(info, new float[Embedding.Length]);
        await tier.Store.PutAsync(EncoderFixture.Key(1), held, Cancel);

        var reply = await tier.Encode(1, FakePipeline.Crash, Cancel);

        Assert.Equal(EncodeStatus.Encoded, reply.Status);
        Assert.Equal(info, reply.Info);
        Assert.Equal(TimeSpan.Zero, reply.EncodeTime);
        Assert.Empty(tier.Pipeline.Files);
    }

    [Fact]
    public async Task EncodeAsync_SameImageAtTheSameTime_IsEncodedOnce()
    {
        await using var tier = await EncoderFixture.StartAsync(("Workers", "4"));
        var calls = Enumerable.Range(0, 8).Select(_ => tier.Encode(1, cancellationToken: Cancel)).ToArray();
        await tier.Pipeline.NextAsync();
        var late = tier.Encode(1, cancellationToken: Cancel);
        tier.Pipeline.Let(8);

        Assert.All(await Task.WhenAll([.. calls, late]), reply => Assert.Equal(EncodeStatus.Encoded, reply.Status));
        Assert.Single(tier.Pipeline.Files);
    }

    [Fact]
    public async Task EncodeAsync_OneOfTwoCallersGivesUp_TheOtherIsAnswered()
    {
        await using var tier = await EncoderFixture.StartAsync();
        using var givesUp = new CancellationTokenSource();
        var blocker = tier.Encode(1, cancellationToken: Cancel);
        await tier.Pipeline.NextAsync();
        var first = tier.Encode(2, cancellationToken: givesUp.Token);
        var second = tier.Encode(2, cancellationToken: Cancel);

        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(1, tier.Queue.Length);
        tier.Pipeline.Let(2);

        Assert.Equal(EncodeStatus.Encoded, (await second).Status);
        Assert.Equal(EncodeStatus.Encoded, (await blocker).Status);
    }

    [Fact]
    public async Task EncodeAsync_TheLastCallerGivesUpBeforeItBegins_IsDroppedAtOnce()
    {
        await using var tier = await EncoderFixture.StartAsync();
        using var givesUp = new CancellationTokenSource();
        var blocker = tier.Encode(1, cancellationToken: Cancel);
        await tier.Pipeline.NextAsync();
        var first = tier.Encode(2, cancellationToken: givesUp.Token);
        var second = tier.Encode(2, cancellationToken: givesUp.Token);
        Assert.Equal(1, tier.Queue.Length);

        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        Assert.Equal(0, tier.Queue.Length);
        tier.Pipeline.Let(1);
        await blocker;
        Assert.Single(tier.Pipeline.Files);
    }

    [Fact]
    public async Task EncodeAsync_TheLastCallerGivesUpAfterItBegan_IsFinishedAndStored()
    {
        await using var tier = await EncoderFixture.StartAsync();
        using var givesUp = new CancellationTokenSource();
        var call = tier.Encode(1, cancellationToken: givesUp.Token);
        await tier.Pipeline.NextAsync();
        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        var again = tier.Encode(1, cancellationToken: Cancel);
        tier.Pipeline.Let(1);

        Assert.Equal(EncodeStatus.Encoded, (await again).Status);
        Assert.Single(tier.Pipeline.Files);
    }

    [Fact]
    public async Task EncodeAsync_TheLastCallerGaveUpAndReadingTakesLong_IsEnded()
    {
        var time = new FakeTimeProvider();
        await using var tier = await EncoderFixture.StartAsync(time);
        using var givesUp = new CancellationTokenSource();
        var call = tier.Encode(1, cancellationToken: givesUp.Token);
        await tier.Pipeline.NextAsync();
        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        // Nothing lets the first one through: the worker is free because its read was ended.
        var next = tier.Encode(2, cancellationToken: Cancel);
        time.Advance(EncodeJob.Grace);
        Assert.Equal(2, (await tier.Pipeline.NextAsync())[1]);
        tier.Pipeline.Let(1);

        Assert.Equal(EncodeStatus.Encoded, (await next).Status);
        Assert.Null(await tier.Store.GetInfoAsync(EncoderFixture.Key(1), Cancel));
    }

    [Fact]
    public async Task EncodeAsync_OneOfTwoCallersGaveUpAndReadingTakesLong_GoesOn()
    {
        var time = new FakeTimeProvider();
        await using var tier = await EncoderFixture.StartAsync(time);
        using var givesUp = new CancellationTokenSource();
        var first = tier.Encode(1, cancellationToken: givesUp.Token);
        await tier.Pipeline.NextAsync();
        var second = tier.Encode(1, cancellationToken: Cancel);
        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        time.Advance(EncodeJob.Grace * 2);
        tier.Pipeline.Let(1);

        Assert.Equal(EncodeStatus.Encoded, (await second).Status);
        Assert.Single(tier.Pipeline.Files);
    }

    [Fact]
    public async Task EncodeAsync_FullQueue_IsRefusedWithATime()
    {
        await using var tier = await EncoderFixture.StartAsync(("MaxQueueLength", "2"));
        var running = tier.Encode(1, cancellationToken: Cancel);
        await tier.Pipeline.NextAsync();
        Task<EncodeReply>[] waiting =
            [tier.Encode(2, cancellationToken: Cancel), tier.Encode(3, cancellationToken: Cancel)];

        var refused = await tier.Encode(4, cancellationToken: Cancel);

        Assert.Equal(EncodeStatus.Overloaded, refused.Status);
        Assert.InRange(refused.RetryAfter, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        tier.Pipeline.Let(3);
        Assert.All(await Task.WhenAll([running, .. waiting]), r => Assert.Equal(EncodeStatus.Encoded, r.Status));
        Assert.Equal([1, 2, 3], tier.Pipeline.Files.Select(file => (int)file[1]));
    }

    [Fact]
    public async Task EncodeAsync_InvalidImage_SaysWhyAndIsNotStored()
    {
        await using var tier = await EncoderFixture.StartAsync();
        tier.Pipeline.Let(1);

        var reply = await tier.Encode(1, FakePipeline.Damaged, Cancel);

        Assert.Equal(EncodeStatus.InvalidImage, reply.Status);
        Assert.Equal("DAMAGED", reply.Reason);
        Assert.Equal("The file ends early.", reply.Message);
        Assert.Null(await tier.Store.GetInfoAsync(EncoderFixture.Key(1), Cancel));
    }

    [Fact]
    public async Task EncodeAsync_ABug_ReachesTheCallerAndTheWorkerGoesOn()
    {
        await using var tier = await EncoderFixture.StartAsync();
        tier.Pipeline.Let(2);
        await Assert.ThrowsAsync<InvalidOperationException>(() => tier.Encode(1, FakePipeline.Crash, Cancel));
        Assert.Equal(EncodeStatus.Encoded, (await tier.Encode(2, cancellationToken: Cancel)).Status);
    }

    [Fact]
    public async Task EncodeAsync_KeyOfAnotherModel_IsRefused()
    {
        await using var tier = await EncoderFixture.StartAsync();
        var model = new ModelIdentity("other", new string('b', 64), "v1");
        var key = EmbeddingKey.Create("default", model, new string('0', 64));
        await Assert.ThrowsAsync<ArgumentException>(() => tier.Encoder.EncodeAsync(key, new byte[1], Cancel));
    }

    [Fact]
    public async Task StopAsync_WorkRunningAndWaiting_EverybodyIsAnswered()
    {
        await using var tier = await EncoderFixture.StartAsync();
        var running = tier.Encode(1, cancellationToken: Cancel);
        await tier.Pipeline.NextAsync();
        var waiting = tier.Encode(2, cancellationToken: Cancel);

        var stop = tier.StopAsync();
        Assert.Equal(EncodeStatus.Overloaded, (await waiting).Status);
        Assert.False(stop.IsCompleted);
        tier.Pipeline.Let(1);
        await stop;

        Assert.Equal(EncodeStatus.Encoded, (await running).Status);
        Assert.Equal(EncodeStatus.Overloaded, (await tier.Encode(3, cancellationToken: Cancel)).Status);
    }
}
