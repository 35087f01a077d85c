using Segmentation.Common;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Images;
using Segmentation.Decoder.Scheduling;
using Segmentation.Decoder.Tests.Fakes;

namespace Segmentation.Decoder.Tests.Images;

public sealed class HotImagesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetAsync_HotImage_MovesNothing()
    {
        await using var silo = new TestSilo(isHeld: false);
        var key = silo.Store.Add(1);
        var first = await silo.Images.GetAsync(key, Lane.Interactive, Cancel);
        for (var click = 0; click < 10; click++)
        {
            Assert.Same(first.Image, (await silo.Images.GetAsync(key, Lane.Interactive, Cancel)).Image);
        }

        Assert.Equal(1, silo.Store.Reads);
        Assert.Single(silo.Engine.Runs);
    }

    [Fact]
    public async Task GetAsync_ManyAtTheSameTime_PreparesOnce()
    {
        await using var silo = new TestSilo(new DecoderOptions { Workers = 4 });
        var key = silo.Store.Add(1);
        var calls = Enumerable.Range(0, 8).Select(_ => Get(silo, key)).ToArray();
        await silo.Engine.NextAsync();
        silo.Engine.Let(8);

        var images = (await Task.WhenAll(calls)).Select(reply => reply.Image).Distinct();
        Assert.NotNull(Assert.Single(images));
        Assert.Equal(1, silo.Store.Reads);
        Assert.Single(silo.Engine.Runs);
    }

    [Fact]
    public async Task AdoptAsync_NotInTheStore_IsHotWithoutIt()
    {
        await using var silo = new TestSilo(isHeld: false);
        var embedding = FakeStore.Embedding(width: 70);

        var adopted = await silo.Images.AdoptAsync(FakeStore.Key(1), embedding, Cancel);

        Assert.Equal(embedding.Info, silo.Images.Find(FakeStore.Key(1)));
        Assert.Same(adopted.Image, (await silo.Images.GetAsync(FakeStore.Key(1), Lane.Interactive, Cancel)).Image);
        Assert.Equal(0, silo.Store.Reads);
    }

    [Fact]
    public async Task AdoptAsync_WhileTheStoreIsAskedInVain_IsHotAllTheSame()
    {
        await using var silo = new TestSilo(isHeld: false);
        var answer = new TaskCompletionSource();
        silo.Store.Gate = answer.Task;
        var read = Get(silo, FakeStore.Key(1));
        var adoption = silo.Images.AdoptAsync(FakeStore.Key(1), FakeStore.Embedding(), Cancel);

        answer.SetResult();

        Assert.Equal(default, await read);
        Assert.NotNull((await adoption).Image);
    }

    [Fact]
    public async Task GetAsync_NotInTheStore_IsNullAndAskedAgainNextTime()
    {
        await using var silo = new TestSilo(isHeld: false);
        Assert.Equal(default, await silo.Images.GetAsync(FakeStore.Key(1), Lane.Interactive, Cancel));
        silo.Store.Add(1);
        Assert.NotNull((await silo.Images.GetAsync(FakeStore.Key(1), Lane.Interactive, Cancel)).Image);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(FakeEngine.ImageBytes - 1)]
    public async Task GetAsync_NoRoomForOne_StillGivesIt(long capacity)
    {
        var options = new DecoderOptions { Workers = 1, HotImageBytes = capacity };
        await using var silo = new TestSilo(options, isHeld: false);
        var key = silo.Store.Add(1);
        Assert.NotNull((await silo.Images.GetAsync(key, Lane.Interactive, Cancel)).Image);
        Assert.NotNull((await silo.Images.GetAsync(key, Lane.Interactive, Cancel)).Image);
        Assert.Equal(0, silo.Images.SizeBytes);
        Assert.Equal(2, silo.Store.Reads);
    }

    [Fact]
    public async Task GetAsync_Full_GivesUpTheLeastRecentlyUsedNotTheOldest()
    {
        var options = new DecoderOptions { Workers = 1, HotImageBytes = 2 * FakeEngine.ImageBytes };
        await using var silo = new TestSilo(options, isHeld: false);
        var keys = new[] { silo.Store.Add(1, 11), silo.Store.Add(2, 12), silo.Store.Add(3, 13) };
        foreach (var key in new[] { keys[0], keys[1], keys[0], keys[2], keys[0], keys[1] })
        {
            Assert.NotNull((await silo.Images.GetAsync(key, Lane.Interactive, Cancel)).Image);
            Assert.True(silo.Images.SizeBytes <= options.HotImageBytes);
        }

        Assert.Equal(["prepare 11", "prepare 12", "prepare 13", "prepare 12"], silo.Engine.Runs);
    }

    [Fact]
    public async Task GetAsync_ManyOfAnotherTenant_TheFewOfThisOneStayHot()
    {
        var options = new DecoderOptions { Workers = 1, HotImageBytes = 3 * FakeEngine.ImageBytes };
        await using var silo = new TestSilo(options, isHeld: false);
        var few = silo.Store.Add(1, tenant: "few");
        await silo.Images.GetAsync(few, Lane.Interactive, Cancel);
        for (var i = 2; i < 12; i++)
        {
            await silo.Images.GetAsync(silo.Store.Add(i, tenant: "many"), Lane.Interactive, Cancel);
        }

        Assert.NotNull(silo.Images.Find(few));
        Assert.Equal(3, silo.Images.Count);
    }

    [Fact]
    public async Task GetAsync_OneOfTwoGivesUp_TheOtherIsAnswered()
    {
        await using var silo = new TestSilo();
        using var givesUp = new CancellationTokenSource();
        var key = silo.Store.Add(1);
        var first = Get(silo, key, givesUp.Token);
        await silo.Engine.NextAsync();
        var second = Get(silo, key);

        await givesUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        silo.Engine.Let(1);

        Assert.NotNull((await second).Image);
        Assert.Single(silo.Engine.Runs);
    }

    [Fact]
    public async Task GetAsync_InteractiveJoinsABatchLoad_TheLoadGoesFirst()
    {
        await using var silo = new TestSilo();
        var key = silo.Store.Add(1);
        var blocker = Run(silo, "blocker");
        await silo.Engine.NextAsync();
        var other = Run(silo, "other batch work");
        var batch = silo.Images.GetAsync(key, Lane.Batch, Cancel).AsTask();
        var interactive = Get(silo, key);

        silo.Engine.Let(3);
        await Task.WhenAll(blocker, other, batch, interactive);

        Assert.Equal(["blocker", "prepare 100", "other batch work"], silo.Engine.Runs);
    }

    [Fact]
    public async Task GetAsync_NoRoomInTheLane_SaysWhenToTryAgain()
    {
        await using var silo = new TestSilo(new DecoderOptions { Workers = 1, MaxQueueLength = 1 });
        var blocker = Run(silo, "blocker");
        await silo.Engine.NextAsync();
        var waiting = Run(silo, "waiting");

        var reply = await silo.Images.GetAsync(silo.Store.Add(1), Lane.Batch, Cancel);

        Assert.Null(reply.Image);
        Assert.NotNull(reply.RefusedFor);
        silo.Engine.Let(2);
        await Task.WhenAll(blocker, waiting);
    }

    [Fact]
    public async Task Forget_WhileItIsPrepared_IsNotKept()
    {
        await using var silo = new TestSilo();
        var key = silo.Store.Add(1);
        var call = Get(silo, key);
        await silo.Engine.NextAsync();
        silo.Images.Forget(key);
        silo.Engine.Let(1);

        Assert.NotNull((await call).Image);
        Assert.Equal(0, silo.Images.SizeBytes);
    }

    [Fact]
    public async Task Forget_HotImage_IsGone()
    {
        await using var silo = new TestSilo(isHeld: false);
        var key = silo.Store.Add(1);
        await silo.Images.GetAsync(key, Lane.Interactive, Cancel);
        await silo.Store.RemoveAsync(key, Cancel);
        silo.Images.Forget(key);

        Assert.Null((await silo.Images.GetAsync(key, Lane.Interactive, Cancel)).Image);
    }

    private static Task<HotImageReply> Get(
        TestSilo silo, Embeddings.EmbeddingKey key, CancellationToken? cancellationToken = null) =>
        silo.Images.GetAsync(key, Lane.Interactive, cancellationToken ?? Cancel).AsTask();

    private static Task<JobResult<int>> Run(TestSilo silo, string name) =>
        silo.Scheduler.RunAsync(new DecodeJob<int>(
            Lane.Batch,
            (_, token) =>
            {
                silo.Engine.Enter(name, token);
                return 1;
            },
            Cancel));
}
